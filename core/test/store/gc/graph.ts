import fc from 'fast-check';

import type { EnvIdentity, LayerKey, TreeDigest } from '../../../src/contracts/ids.ts';
import { findUnreachable, type StoreGraph } from '../../../src/store/gc/reach.ts';

const few = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 4 });
const digit = fc.integer({ min: 0, max: 9 }).map(String);
const young = fc.boolean();

function mapOf<Key extends string, Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<ReadonlyMap<Key, Value>> {
  return fc.array(fc.tuple(digit, values), { maxLength: 12 }).map((pairs) => new Map(pairs as [Key, Value][]));
}

/** Small enough that everything refers to everything, by numbers that often mean nothing at all. */
export const graphs: fc.Arbitrary<StoreGraph> = fc.record({
  environments: fc.uniqueArray(
    fc.record({
      id: digit as fc.Arbitrary<EnvIdentity>,
      isForgotten: fc.boolean(),
      layers: few(digit as fc.Arbitrary<LayerKey>),
      trees: few(digit as fc.Arbitrary<TreeDigest>),
      archives: few(digit),
    }),
    { maxLength: 8, selector: ({ id }) => id },
  ),
  layers: mapOf<LayerKey, { tree: TreeDigest; isYoung: boolean }>(
    fc.record({ tree: digit as fc.Arbitrary<TreeDigest>, isYoung: young }),
  ),
  trees: mapOf<TreeDigest, { isYoung: boolean }>(fc.record({ isYoung: young })),
  archives: mapOf<string, { isYoung: boolean }>(fc.record({ isYoung: young })),
});

/**
 * The model: walks the graph from its roots, one edge after the other, with nothing in common with what it checks but the
 * meaning of the edges.
 */
function walk(graph: StoreGraph): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (kind: string, id: string): void => {
    const node = `${kind} ${id}`;
    if (reached.has(node)) return;
    reached.add(node);
    if (kind === 'layer') {
      const layer = graph.layers.get(id as LayerKey);
      if (layer !== undefined) visit('tree', layer.tree);
    }
  };
  for (const environment of graph.environments) {
    if (environment.isForgotten) continue;
    visit('environment', environment.id);
    for (const id of environment.layers) visit('layer', id);
    for (const id of environment.trees) visit('tree', id);
    for (const id of environment.archives) visit('archive', id);
  }
  for (const [id, { isYoung }] of graph.layers) if (isYoung) visit('layer', id);
  for (const [id, { isYoung }] of graph.trees) if (isYoung) visit('tree', id);
  for (const [id, { isYoung }] of graph.archives) if (isYoung) visit('archive', id);
  return reached;
}

/** Everything that is there, in the words of the model. */
function everything({ environments, layers, trees, archives }: StoreGraph): readonly string[] {
  return [
    ...environments.map(({ id }) => `environment ${id}`),
    ...[...layers.keys()].map((id) => `layer ${id}`),
    ...[...trees.keys()].map((id) => `tree ${id}`),
    ...[...archives.keys()].map((id) => `archive ${id}`),
  ];
}

/** What is to go according to the model, and according to gc; sorted. */
export function compareWithModel(graph: StoreGraph): {
  readonly model: readonly string[];
  readonly gc: readonly string[];
} {
  const reached = walk(graph);
  const { environments, layers, trees, archives } = findUnreachable(graph);
  const gc = [
    ...environments.map((id) => `environment ${id}`),
    ...layers.map((id) => `layer ${id}`),
    ...trees.map((id) => `tree ${id}`),
    ...archives.map((id) => `archive ${id}`),
  ];
  return {
    model: everything(graph)
      .filter((node) => !reached.has(node))
      .toSorted(),
    gc: gc.toSorted(),
  };
}
