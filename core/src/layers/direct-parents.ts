/** A node by name, and the names of all nodes below it that it depends on. */
export interface LayerNode {
  readonly name: string;
  readonly parents: readonly string[];
}

/**
 * The parents of each node that are not parents of its other parents, too: what a picture of the DAG has lines for. Pure.
 *
 * A layer is mounted on everything below it, so that its parents are all of these.
 */
export function directParents(nodes: readonly LayerNode[]): ReadonlyMap<string, readonly string[]> {
  const below = ancestorsOf(nodes);
  return new Map(
    nodes.map(({ name, parents }) => [
      name,
      [...new Set(parents)].filter((parent) => !parents.some((other) => below.get(other)?.has(parent) === true)),
    ]),
  );
}

function ancestorsOf(nodes: readonly LayerNode[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const found = new Map<string, ReadonlySet<string>>();
  const visit = (name: string): ReadonlySet<string> => {
    const known = found.get(name);
    if (known !== undefined) return known;
    const ancestors = new Set<string>();
    // Set before its end is reached, so that not even a circle is walked twice.
    found.set(name, ancestors);
    for (const parent of byName.get(name)?.parents ?? []) {
      ancestors.add(parent);
      for (const each of visit(parent)) ancestors.add(each);
    }
    return ancestors;
  };
  for (const { name } of nodes) visit(name);
  return found;
}
