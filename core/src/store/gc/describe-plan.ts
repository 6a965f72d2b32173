import type { LayerKey, TreeDigest } from '../../contracts/ids.ts';
import type { GcEnvironment, GcLayer } from '../../contracts/garbage.ts';
import type { LayerRecord } from '../layer-store.ts';
import type { StoreLayout } from '../store-layout.ts';
import { visitObjects } from '../tree-objects.ts';
import type { Dated } from './list-content.ts';
import type { ListedEnvironment } from './list-environments.ts';
import { objectSet, type ObjectSet } from './object-set.ts';
import type { Unreachable } from './reach.ts';

interface Found {
  readonly layout: StoreLayout;
  readonly environments: readonly ListedEnvironment[];
  readonly layers: ReadonlyMap<LayerKey, Dated<LayerRecord>>;
  readonly unreachable: Unreachable;
  readonly live: ObjectSet;
}

export interface Described {
  readonly environments: readonly GcEnvironment[];
  readonly layers: readonly GcLayer[];
}

/**
 * What people are told of environments and layers that are to go, heaviest first.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming a tree that cannot be read
 */
export function describePlan(found: Found): Described {
  const layers = describeLayers(found);
  const bytes = new Map(layers.map((layer) => [layer.key, layer.bytes]));
  const forgotten = new Set(found.unreachable.environments);
  const environments = found.environments
    .filter(({ id }) => forgotten.has(id))
    .map(({ id, record, lastUsed, layers: keys }) => ({
      env_id: id,
      project: record.project,
      bytes: keys.reduce((sum, key) => sum + (bytes.get(key) ?? 0), 0),
      last_used: lastUsed,
    }));
  return { environments: environments.toSorted(byWeight), layers: layers.toSorted(byWeight) };
}

function byWeight(left: { readonly bytes: number }, right: { readonly bytes: number }): number {
  return right.bytes - left.bytes;
}

function describeLayers({ layout, layers, unreachable, live }: Found): readonly GcLayer[] {
  const trees = new Set(unreachable.trees);
  return unreachable.layers.flatMap((key) => {
    const layer = layers.get(key);
    if (layer === undefined) return [];
    const { definition, tree } = layer.value;
    const bytes = trees.has(tree.digest) ? freedBytes(layout, tree.digest, live) : 0;
    return [{ key, kind: definition.kind, tree: tree.digest, bytes, last_used: layer.mtime.toISOString() }];
  });
}

/** The files of a tree that nothing has which stays, each once. */
function freedBytes(layout: StoreLayout, tree: TreeDigest, live: ObjectSet): number {
  const counted = objectSet();
  let bytes = 0;
  visitObjects(layout, tree, (encoded, reference) => {
    if (!live.hasBytes(encoded, reference) && counted.addBytes(encoded, reference)) bytes += reference.size;
  });
  return bytes;
}
