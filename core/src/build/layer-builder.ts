import { rememberBuildTime } from '../environment/build-history.ts';
import type { LayerKey } from '../contracts/ids.ts';
import type { BuiltLayer, Layer } from '../contracts/lock.ts';
import type { BuildLog } from '../contracts/store.ts';
import type { TreeSummary } from '../contracts/tree-store.ts';
import { KarapaceError } from '../errors.ts';
import { layerKey } from '../identity/layer-key.ts';
import { withoutCredentials } from '../packages/output-tail.ts';
import type { Hooks, LayerEvent, LayerPhase } from '../plugin/hooks.ts';
import type { BuildLayer } from './build-layers.ts';
import { inSlot } from './in-slot.ts';
import type { LayerRecipe, RecipeContext } from './layer-recipe.ts';
import type { ToolRunner } from './run-tool.ts';
import type { Scheduler } from './scheduler.ts';

export interface LayerBuilderOptions extends RecipeContext {
  readonly hooks: Hooks;
  readonly offline: boolean;
  /** The project's. */
  readonly directory: string;
  readonly scheduler: Scheduler;
  /** By layer name. */
  readonly recipes: ReadonlyMap<string, LayerRecipe>;
}

/** Takes a layer from the store, or builds it there; nobody else builds the same key meanwhile. */
export function createLayerBuilder(options: LayerBuilderOptions): BuildLayer {
  const { store, hooks, scheduler } = options;

  async function build(layer: Layer, parents: readonly BuiltLayer[], signal: AbortSignal) {
    const key = keyOf(layer, parents);
    const startedAt = performance.now();
    const tree = await buildTree(layer, parents, { ...options, signal });
    await rememberBuildTime(key, performance.now() - startedAt, store.memos);
    await store.layers.put(key, { definition: layer.definition, parents: parents.map((parent) => parent.tree), tree });
    const built = { key, tree: tree.digest, entries: tree.entries, bytes: tree.bytes };
    hooks.layerBuilt.call({ name: layer.name, ...built });
    return { layer: built, isBuilt: true };
  }

  /** In this process the scheduler sees to it that a key is asked for once; this is for the others. */
  async function findOrBuild(layer: Layer, parents: readonly BuiltLayer[], signal: AbortSignal) {
    const key = keyOf(layer, parents);
    const found = await store.layers.find(key);
    if (found !== undefined) return { layer: found, isBuilt: false };
    return store.exclusive(
      `layer-${key}`,
      async () => {
        const builtMeanwhile = await store.layers.find(key);
        return builtMeanwhile === undefined ? build(layer, parents, signal) : { layer: builtMeanwhile, isBuilt: false };
      },
      {
        signal,
        onWait: (holder) => hooks.waitStarted.call(`waiting for ${holder}, which builds the layer ${layer.name}`),
      },
    );
  }

  return async (layer, parents, signal) => {
    const work = (shared: AbortSignal) => findOrBuild(layer, parents, shared);
    const { value, isOwn } = await scheduler.layers.get(keyOf(layer, parents), work, signal);
    // Layers of one key may go by several names.
    const named = { name: layer.name, ...value.layer };
    const reused = !(isOwn && value.isBuilt);
    if (reused) hooks.layerReused.call(named);
    return { ...named, reused };
  };
}

type TreeOptions = LayerBuilderOptions & { readonly signal: AbortSignal };

type PhaseOptions = TreeOptions & { readonly log: BuildLog };

/** Builds a layer's tree without asking whether the store has it. */
export async function buildTree(
  layer: Layer,
  parents: readonly BuiltLayer[],
  options: TreeOptions,
): Promise<TreeSummary> {
  const event = { layer, key: keyOf(layer, parents) };
  const { hooks, store } = options;
  hooks.layerStarted.call(event);
  const log = await store.logs.begin(event.key, (reason) =>
    hooks.warningGiven.call(`the output of the layer ${layer.name} is not kept: ${reason}`),
  );
  try {
    const tree = await goThroughPhases(event, parents, { ...options, log });
    log.keep();
    return tree;
  } catch (error) {
    hooks.layerFailed.call(event);
    throw log.keep() ? nameLog(error, event) : error;
  }
}

/** Says where all of the output is. */
function nameLog(error: unknown, { key }: LayerEvent): unknown {
  if (!(error instanceof KarapaceError) || !FAILURES.includes(error.code)) return error;
  const { code, message, place, cause } = error;
  const hint = [error.hint, `All of its output: \`karapace logs --layer ${key.slice(0, 12)}\`.`].join(' ').trim();
  return new KarapaceError(code, message, { hint, place, cause });
}

/** What steps of a build fail with. */
const FAILURES: readonly string[] = ['BUILD_FAILED', 'TOOL_FAILED'];

async function goThroughPhases(
  event: LayerEvent,
  parents: readonly BuiltLayer[],
  options: PhaseOptions,
): Promise<TreeSummary> {
  const { store, hooks, ids, backend, offline, directory, signal, scheduler } = options;
  const { slots, fetcher } = scheduler;
  const recipe = options.recipes.get(event.layer.name);
  if (recipe === undefined) throw new TypeError(`The layer \`${event.layer.name}\` has no recipe`);
  const fetch = () => fetcher.fetch(recipe.archives, { archives: store.archives, hooks, directory, signal });
  await inPhase({ ...event, phase: 'fetch' }, hooks, async () => (await fetch(), sumOf(recipe.archives)));
  const tools: ToolRunner = { backend, ids, offline, signal, ...listeners(options) };
  await using scratch = await store.scratch(ids);
  const fill = async () => ({ keep: await recipe.fill(scratch, parents, tools), ...NOTHING });
  const { keep } = await inSlot(slots.cpu, signal, () => inPhase({ ...event, phase: 'run' }, hooks, fill));
  const keepTree = async () => {
    const tree = await keep();
    return { tree, count: tree.entries, bytes: tree.bytes };
  };
  return (await inSlot(slots.disk, signal, () => inPhase({ ...event, phase: 'keep' }, hooks, keepTree))).tree;
}

/** What steps print is told, and kept. */
function listeners({ hooks, log }: PhaseOptions): Pick<ToolRunner, 'onLine' | 'onCommand'> {
  const keep = (line: string): void => log.write(withoutCredentials(line));
  return {
    onCommand: keep,
    onLine(line) {
      hooks.outputPrinted.call(line);
      keep(line);
    },
  };
}

interface Amount {
  readonly count: number;
  readonly bytes: number;
}

const NOTHING: Amount = { count: 0, bytes: 0 };

function sumOf(archives: readonly { readonly size: number }[]): Amount {
  return { count: archives.length, bytes: archives.reduce((sum, { size }) => sum + size, 0) };
}

/** Tells when a part of a layer's work begins and ends, and how much it was. */
async function inPhase<T extends Amount>(phase: LayerPhase, hooks: Hooks, action: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  hooks.layerPhaseStarted.call(phase);
  const result = await action();
  const { count, bytes } = result;
  hooks.layerPhaseFinished.call({ ...phase, milliseconds: performance.now() - startedAt, count, bytes });
  return result;
}

export function keyOf(layer: Layer, parents: readonly BuiltLayer[]): LayerKey {
  return layerKey(
    layer.definition,
    parents.map(({ tree }) => tree),
  );
}
