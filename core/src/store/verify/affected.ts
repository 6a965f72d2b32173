import type { EnvIdentity, LayerKey, TreeDigest } from '../../contracts/ids.ts';
import type { AffectedEnvironment } from '../../contracts/verify.ts';
import { KarapaceError } from '../../errors.ts';
import type { StoreLayout } from '../store-layout.ts';
import { visitObjects } from '../tree-objects.ts';
import type { Found } from './found.ts';
import type { GraphEnvironment, StoreGraph } from './store-graph.ts';

type Finder = (found: Found) => readonly AffectedEnvironment[];

/** Which environments a finding concerns. Trees are read again only where objects are among the findings. */
export function findAffected(
  layout: StoreLayout,
  {
    graph,
    trees,
    found,
  }: { readonly graph: StoreGraph; readonly trees: Iterable<TreeDigest>; readonly found: readonly Found[] },
): Finder {
  const needs = graph.environments.map((environment) => ({ environment, needed: neededBy(environment, graph) }));
  const objects = found.filter(({ part }) => part === 'object').map(({ file }) => objectName(file));
  const users = usersOf(layout, new Set(objects), trees);
  const describe = describer(graph);
  const having = (isNeeded: (needed: ReadonlySet<string>) => boolean): readonly AffectedEnvironment[] =>
    needs.filter(({ needed }) => isNeeded(needed)).map(({ environment }) => describe(environment.id));

  return ({ file, part }) => {
    const [top = '', first = '', second = ''] = file.split('/');
    if (top === 'environments') return having((needed) => needed.has(first));
    if (top === 'names')
      return having((needed) => needed.has(nameNeed(first)) || needed.has(graph.names.get(first) ?? ''));
    if (top === 'layers' || top === 'checkouts')
      return first === '' ? having(() => true) : having((needed) => needed.has(first));
    if (top === 'trees' && second !== '') return having((needed) => needed.has(first + second));
    if (top === 'archives' && first !== '') return having((needed) => needed.has(archiveNeed(first)));
    if (part !== 'object') return having(() => true);
    const name = objectName(file);
    const using = [...(users.get(name) ?? []), ...archivesOf(graph, name).map(archiveNeed)];
    return having((needed) => using.some((each) => needed.has(each)));
  };
}

function nameNeed(name: string): string {
  return `name ${name}`;
}

/** Digests of different kinds never meet; an archive's is another hash. */
function archiveNeed(sha256: string): string {
  return `archive ${sha256}`;
}

function neededBy({ id, layers, trees, archives, names }: GraphEnvironment, graph: StoreGraph): ReadonlySet<string> {
  const layerTrees = layers.map((key: LayerKey) => graph.layers.get(key) ?? '');
  return new Set<string>([
    id,
    ...layers,
    ...trees,
    ...layerTrees,
    ...archives.map(archiveNeed),
    ...names.map(nameNeed),
  ]);
}

function describer({ names }: StoreGraph): (id: EnvIdentity) => AffectedEnvironment {
  return (id) => ({
    env_id: id,
    names: [...names]
      .filter(([, each]) => each === id)
      .map(([name]) => name)
      .toSorted(),
  });
}

/** `<64 hex>.<class>`, as a tree and its metadata give it. */
export function objectName(file: string): string {
  const [, shard = '', name = ''] = file.split('/');
  return shard + name;
}

/** Those that an object is, by sha256. */
export function archivesOf({ archives }: StoreGraph, name: string): readonly string[] {
  return [...archives].filter(([, object]) => name.startsWith(`${object}.`)).map(([sha256]) => sha256);
}

/** The trees that have one of a few objects. */
export function usersOf(
  layout: StoreLayout,
  objects: ReadonlySet<string>,
  trees: Iterable<TreeDigest>,
): ReadonlyMap<string, readonly TreeDigest[]> {
  const users = new Map<string, TreeDigest[]>();
  if (objects.size === 0) return users;
  for (const tree of trees) {
    for (const name of objectsIn(layout, tree)) {
      if (objects.has(name)) users.set(name, [...(users.get(name) ?? []), tree]);
    }
  }
  return users;
}

/** Nothing of a tree that is damaged or gone: it is a finding itself. */
function objectsIn(layout: StoreLayout, tree: TreeDigest): ReadonlySet<string> {
  const names = new Set<string>();
  try {
    visitObjects(layout, tree, (bytes, { at, metadataClass }) => {
      names.add(`${bytes.toString('hex', at, at + 32)}.${metadataClass}`);
    });
  } catch (error) {
    if (!(error instanceof KarapaceError)) throw error;
  }
  return names;
}
