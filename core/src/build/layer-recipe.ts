import type { Backend } from '../contracts/backend.ts';
import type { Ids } from '../contracts/ids.ts';
import type { ImageSource } from '../contracts/image-source.ts';
import type { ArchivePin, BuiltLayer, ImagePin, PackagePin } from '../contracts/lock.ts';
import type { SandboxLimits } from '../contracts/sandbox.ts';
import type { Scratch, Store } from '../contracts/store.ts';
import type { TreeSummary } from '../contracts/tree-store.ts';
import type { ToolRun } from '../contracts/tool-context.ts';
import { KarapaceError } from '../errors.ts';
import { ARCHIVES_INSIDE } from '../layers/build-environment.ts';
import type { FilesLayer, PackagesLayer, RunLayer } from '../layers/plan-layers.ts';
import { runTool, type ToolRunner } from './run-tool.ts';

/** How a layer's tree comes to be. */
export interface LayerRecipe {
  /** What has to be in the store before. */
  readonly archives: readonly ArchivePin[];
  /** Does what there is to do in sandboxes, and says how what came of it is kept; nobody changes it meanwhile. */
  fill(scratch: Scratch, parents: readonly BuiltLayer[], tools: ToolRunner): Promise<KeepTree>;
}

/** Makes a tree of the store. */
export type KeepTree = () => Promise<TreeSummary>;

export interface RecipeContext {
  readonly store: Store;
  readonly backend: Backend;
  readonly ids: Ids;
  /** Of the steps that run on top of other layers. Default: none. */
  readonly limits?: SandboxLimits | undefined;
}

/** The base layer: an image source builds what it has pinned. */
export function baseRecipe(pin: ImagePin, source: ImageSource, { store, ids }: RecipeContext): LayerRecipe {
  return {
    archives: pin.archives,
    async fill(scratch, _parents, tools) {
      const directory = await scratch.make('root');
      await source.build(pin, directory, {
        ids,
        signal: tools.signal,
        scratch: await scratch.make('work'),
        run: (run) => runTool(run, tools),
        archives: async (files) => {
          const place = await scratch.make('archives');
          await store.archives.place(files, place);
          return place;
        },
        unpack: (archives, target) => store.trees.unpack(archives, { ...target, ids, signal: tools.signal }),
      });
      return () => store.trees.consume(directory, ids);
    },
  };
}

/** A layer of packages: the package manager's steps run on top of the parents, and what they change is the layer. */
export function packagesRecipe({ packages, install }: PackagesLayer, context: RecipeContext): LayerRecipe {
  const files = install.archiveNames.map((name, index) => ({ name, archive: at(packages, index) }));
  return {
    archives: files.map(({ archive }) => archive),
    async fill(scratch, parents, tools) {
      const archives = await scratch.make('archives');
      await context.store.archives.place(files, archives);
      const mounts = files.length === 0 ? [] : [{ source: archives, target: ARCHIVES_INSIDE, readOnly: true }];
      const steps = install.steps.map((command) => ({ command, mounts, environment: install.environment }));
      return runSteps(steps, { scratch, parents, tools, context });
    },
  };
}

/** What one command changes of its parents. */
export function runRecipe({ request, environment }: RunLayer, context: RecipeContext): LayerRecipe {
  const { command, network } = request;
  const step = { command, environment, network: network ? ('host' as const) : ('none' as const) };
  return {
    archives: [],
    fill: (scratch, parents, tools) => runSteps([step], { scratch, parents, tools, context }),
  };
}

/** Needs no sandbox: nothing of an image is run. */
export function filesRecipe({ requests, pins }: FilesLayer, project: string, context: RecipeContext): LayerRecipe {
  const { store, ids } = context;
  return {
    archives: [],
    fill:
      async (_scratch, parents, { signal }) =>
      () => {
        const lower = parents.map(({ tree }) => tree).toReversed();
        return store.trees.place({ project, requests, pins, lower, ids, signal });
      },
  };
}

interface StepPlace {
  readonly scratch: Scratch;
  /** Nearest first. */
  readonly parents: readonly BuiltLayer[];
  readonly tools: ToolRunner;
  readonly context: RecipeContext;
}

/** Runs commands one after the other on top of the parents. */
async function runSteps(
  steps: readonly Omit<ToolRun, 'root'>[],
  { scratch, parents, tools, context }: StepPlace,
): Promise<KeepTree> {
  const { store, ids, limits } = context;
  const upper = await scratch.make('upper');
  const lower = await Promise.all(parents.map(({ tree }) => store.trees.checkout(tree, ids)));
  for (const [index, step] of steps.entries()) {
    // A work directory of a volatile mount is not taken a second time. What is built is synced as a whole, later.
    const work = await scratch.make(`work-${index}`);
    const root = {
      kind: 'layers',
      lower,
      upper: { kind: 'directory', directory: upper, work, volatile: true },
    } as const;
    const { code, stderr, stdout } = await runTool({ root, ...step }, { ...tools, limits, isShown: true });
    if (code !== 0) throw stepFailed(step.command, code, `${stdout}\n${stderr}`);
  }
  return () => store.trees.consume(upper, ids);
}

function at(packages: readonly PackagePin[], index: number): PackagePin {
  const pin = packages[index];
  if (pin === undefined) throw new TypeError('An install plan names more archives than there are packages');
  return pin;
}

const TAIL_LINES = 15;

function stepFailed(command: readonly string[], code: number, output: string): KarapaceError {
  const tail = output.trim().split('\n').slice(-TAIL_LINES).join('\n');
  return new KarapaceError('BUILD_FAILED', `The build step \`${shorten(command.join(' '))}\` ended with code ${code}`, {
    hint: 'Read the end of its output above.',
    cause: new Error(tail),
  });
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
