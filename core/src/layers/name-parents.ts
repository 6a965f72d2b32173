import type { ExplainedLayer, ExplainedParent } from '../contracts/explanation.ts';
import type { TreeDigest } from '../contracts/ids.ts';

/** A layer that knows its parents by their content alone, as the store keeps it. */
export interface NamelessParents extends Omit<ExplainedLayer, 'parents'> {
  readonly parents: readonly TreeDigest[];
}

/**
 * Says which layers of one environment have the content that others stand on. Pure.
 *
 * @param layers bottom first
 */
export function nameParents(layers: readonly NamelessParents[]): readonly ExplainedLayer[] {
  return layers.map((layer, index) => {
    const others = [...layers.slice(0, index).toReversed(), ...layers.slice(index + 1)];
    return { ...layer, parents: named(layer.parents, others) };
  });
}

/** Of several layers with one content, each is named once: two that change nothing are two parents. */
function named(parents: readonly TreeDigest[], others: readonly NamelessParents[]): readonly ExplainedParent[] {
  const left = [...others];
  return parents.map((tree) => {
    const index = left.findIndex((layer) => layer.tree === tree);
    const [found] = index === -1 ? [] : left.splice(index, 1);
    return { name: found?.name ?? null, tree };
  });
}
