import type { BuiltLayer, Layer } from '../contracts/lock.ts';
import { allOrNone } from './all-or-none.ts';
import { buildTree, keyOf, type LayerBuilderOptions } from './layer-builder.ts';

/** Paths shown per layer. */
const MAX_DIFFERENCES = 20;

/** A layer that did not come out the same the second time. */
export interface LayerDifference {
  readonly layer: string;
  /** Paths with a reason, for people; at most 20. */
  readonly paths: readonly string[];
}

/** Builds every layer once more on its stored parents, beside each other, and compares the bytes. */
export async function checkLayers(
  layers: readonly Layer[],
  built: readonly BuiltLayer[],
  options: LayerBuilderOptions & { readonly signal: AbortSignal },
): Promise<readonly LayerDifference[]> {
  const byName = new Map(built.map((layer) => [layer.name, layer]));
  const get = (name: string): BuiltLayer => {
    const layer = byName.get(name);
    if (layer === undefined) throw new TypeError(`The layer \`${name}\` was not built`);
    return layer;
  };

  async function check(layer: Layer, signal: AbortSignal): Promise<readonly LayerDifference[]> {
    const { trees } = options.store;
    const parents = layer.parents.map(get);
    const again = await buildTree(layer, parents, { ...options, signal });
    const first = get(layer.name).tree;
    const isSame = again.digest === first;
    options.hooks.layerChecked.call({ layer, key: keyOf(layer, parents), isSame });
    return isSame ? [] : [{ layer: layer.name, paths: await trees.compare(first, again.digest, MAX_DIFFERENCES) }];
  }

  const differences = await allOrNone(options.signal, (signal) => layers.map((layer) => check(layer, signal)));
  return differences.flat();
}
