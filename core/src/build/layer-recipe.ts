import type { Backend } from '../contracts/backend.ts';
import type { Ids } from '../contracts/ids.ts';
import type { ImageSource } from '../contracts/image-source.ts';
import type { ArchivePin, BuiltLayer, ImagePin, PackagePin } from '../contracts/lock.ts';
import type { InstallPlan } from '../contracts/package-manager.ts';
import type { Scratch, Store } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';
import { ARCHIVES_INSIDE } from '../layers/build-environment.ts';
import { runTool, type ToolRunner } from './run-tool.ts';

/** How a layer's tree comes to be. */
export interface LayerRecipe {
  /** What has to be in the store before. */
  readonly archives: readonly ArchivePin[];
  /** Fills a directory in the scratch and gives its path; nobody writes to it afterwards. */
  fill(scratch: Scratch, parents: readonly BuiltLayer[], tools: ToolRunner): Promise<string>;
}

export interface RecipeContext {
  readonly store: Store;
  readonly backend: Backend;
  readonly ids: Ids;
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
        unpack: (archives, target) => store.trees.unpack(archives, { ...target, ids }),
      });
      return directory;
    },
  };
}

/** A layer of packages: the package manager's steps run on top of the parents, and what they change is the layer. */
export function packagesRecipe(
  packages: readonly PackagePin[],
  plan: InstallPlan,
  context: RecipeContext,
): LayerRecipe {
  const files = plan.archiveNames.map((name, index) => ({ name, archive: at(packages, index) }));
  return {
    archives: files.map(({ archive }) => archive),
    async fill(scratch, parents, tools) {
      const [upper, archives] = [await scratch.make('upper'), await scratch.make('archives')];
      await context.store.archives.place(files, archives);
      const lower = await Promise.all(parents.map(({ tree }) => context.store.trees.checkout(tree, context.ids)));
      const mounts = files.length === 0 ? [] : [{ source: archives, target: ARCHIVES_INSIDE, readOnly: true }];
      for (const [index, command] of plan.steps.entries()) {
        // A work directory of a volatile mount is not taken a second time. What is built is synced as a whole, later.
        const work = await scratch.make(`work-${index}`);
        const root = {
          kind: 'layers',
          lower,
          upper: { kind: 'directory', directory: upper, work, volatile: true },
        } as const;
        const { code, stderr, stdout } = await runTool({ root, command, mounts, environment: plan.environment }, tools);
        if (code !== 0) throw stepFailed(command, code, `${stdout}\n${stderr}`);
      }
      return upper;
    },
  };
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
    hint: 'Read the end of its output above; run again with `--verbose` to see all of it.',
    cause: new Error(tail),
  });
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
