import type { BuiltLayer, Layer } from '../contracts/lock.ts';
import { buildTree, type LayerBuilderOptions } from './layer-builder.ts';

/** Paths shown per layer. */
const MAX_DIFFERENCES = 20;

/** A layer that did not come out the same the second time. */
export interface LayerDifference {
  readonly layer: string;
  /** Paths with a reason, for people; at most 20. */
  readonly paths: readonly string[];
}

/** Builds every layer once more on its stored parents and compares the bytes. */
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
  const differences: LayerDifference[] = [];
  for (const layer of layers) {
    const again = await buildTree(layer, layer.parents.map(get), options);
    const first = get(layer.name).tree;
    if (again.digest === first) continue;
    differences.push({
      layer: layer.name,
      paths: await options.store.trees.compare(first, again.digest, MAX_DIFFERENCES),
    });
  }
  return differences;
}
