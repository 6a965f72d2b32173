import { rememberBuildTime } from '../build-history.ts';
import type { BuiltLayer, Layer } from '../contracts/lock.ts';
import { layerKey } from '../identity/layer-key.ts';
import type { Hooks } from '../plugin/hooks.ts';
import type { ArchiveFetcher } from './archive-fetcher.ts';
import type { BuildLayer } from './build-layers.ts';
import type { LayerRecipe, RecipeContext } from './layer-recipe.ts';
import type { ToolRunner } from './run-tool.ts';

export interface LayerBuilderOptions extends RecipeContext {
  readonly hooks: Hooks;
  readonly offline: boolean;
  readonly fetcher: ArchiveFetcher;
  /** By layer name. */
  readonly recipes: ReadonlyMap<string, LayerRecipe>;
}

/** Takes a layer from the store, or builds it there; two processes never build the same key at once. */
export function createLayerBuilder(options: LayerBuilderOptions): BuildLayer {
  const { store, hooks } = options;

  async function findLayer(layer: Layer, parents: readonly BuiltLayer[]): Promise<BuiltLayer | undefined> {
    const found = await store.layers.find(keyOf(layer, parents));
    return found === undefined ? undefined : { name: layer.name, ...found };
  }

  function reuse(layer: BuiltLayer): BuiltLayer {
    hooks.layerReused.call(layer);
    return layer;
  }

  async function build(layer: Layer, parents: readonly BuiltLayer[], signal: AbortSignal): Promise<BuiltLayer> {
    const key = keyOf(layer, parents);
    const startedAt = performance.now();
    const tree = await buildTree(layer, parents, { ...options, signal });
    await rememberBuildTime(key, performance.now() - startedAt, store.memos);
    await store.layers.put(key, { definition: layer.definition, parents: parents.map((parent) => parent.tree), tree });
    const built = { name: layer.name, key, tree: tree.digest, entries: tree.entries, bytes: tree.bytes };
    hooks.layerBuilt.call(built);
    return built;
  }

  return async (layer, parents, signal) => {
    const found = await findLayer(layer, parents);
    if (found !== undefined) return reuse(found);
    return store.exclusive(
      `layer-${keyOf(layer, parents)}`,
      async () => {
        const builtMeanwhile = await findLayer(layer, parents);
        return builtMeanwhile === undefined ? build(layer, parents, signal) : reuse(builtMeanwhile);
      },
      {
        signal,
        onWait: (holder) => hooks.waitStarted.call(`waiting for ${holder}, which builds the layer ${layer.name}`),
      },
    );
  };
}

/** Builds a layer's tree without asking whether the store has it. */
export async function buildTree(
  layer: Layer,
  parents: readonly BuiltLayer[],
  options: LayerBuilderOptions & { readonly signal: AbortSignal },
) {
  const { store, hooks, ids, backend, offline, signal } = options;
  const recipe = options.recipes.get(layer.name);
  if (recipe === undefined) throw new TypeError(`The layer \`${layer.name}\` has no recipe`);
  hooks.layerStarted.call({ layer });
  await options.fetcher.fetch(recipe.archives);
  const tools: ToolRunner = { backend, ids, offline, signal, onLine: (line) => hooks.outputPrinted.call(line) };
  await using scratch = await store.scratch(ids);
  const keep = await recipe.fill(scratch, parents, tools);
  signal.throwIfAborted();
  return await keep();
}

function keyOf(layer: Layer, parents: readonly BuiltLayer[]) {
  return layerKey(
    layer.definition,
    parents.map(({ tree }) => tree),
  );
}
