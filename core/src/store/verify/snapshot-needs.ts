import type { TreeDigest } from '../../contracts/ids.ts';
import type { StoreLayout } from '../store-layout.ts';
import { archivesOf, objectName, usersOf } from './affected.ts';
import type { Found } from './found.ts';
import type { GraphEnvironment, GraphSnapshot, StoreGraph } from './store-graph.ts';

/** A snapshot of an environment. */
export interface OwnedSnapshot {
  readonly snapshot: GraphSnapshot;
  readonly environment: GraphEnvironment;
}

type Finder = (found: Found) => readonly OwnedSnapshot[];

/**
 * The snapshots that need what a finding is about, where nothing but snapshots does: no lock tells how to make it again.
 * Trees are read again only where objects are among the findings.
 */
export function findSnapshotNeeds(
  layout: StoreLayout,
  { graph, found }: { readonly graph: StoreGraph; readonly found: readonly Found[] },
): Finder {
  const pinned = pinnedTrees(graph);
  const archives = new Set(graph.environments.flatMap((environment) => environment.archives));
  // Of one whose record is damaged it is not known what a build brings back.
  const owned = graph.environments
    .filter(isKnown)
    .flatMap((environment) => environment.snapshots.map((snapshot) => ({ snapshot, environment })));
  const objects = new Set(found.filter(({ part }) => part === 'object').map(({ file }) => objectName(file)));
  const trees = new Set([...pinned, ...owned.flatMap(({ snapshot }) => treesOf(snapshot))]);
  const users = owned.length === 0 ? new Map<string, TreeDigest[]>() : usersOf(layout, objects, trees);

  return ({ file, part }) => {
    if (part !== 'object' && part !== 'tree') return [];
    const using = part === 'tree' ? [objectName(file) as TreeDigest] : (users.get(objectName(file)) ?? []);
    const isArchive = part === 'object' && archivesOf(graph, objectName(file)).some((each) => archives.has(each));
    if (isArchive || using.some((tree) => pinned.has(tree))) return [];
    return owned.filter(({ snapshot }) => treesOf(snapshot).some((tree) => using.includes(tree)));
  };
}

function isKnown({ layerTrees }: GraphEnvironment): boolean {
  return layerTrees.length > 0;
}

/** What a build of the environments makes again; all layers while it is not known which ones some environment has. */
function pinnedTrees({ environments, layers }: StoreGraph): ReadonlySet<TreeDigest> {
  const ofRecords = environments.flatMap(({ layerTrees }) => layerTrees);
  if (!environments.every(isKnown)) return new Set([...ofRecords, ...layers.values()]);
  const ofLayers = environments.flatMap((environment) => environment.layers.map((key) => layers.get(key)));
  return new Set([...ofRecords, ...ofLayers.filter((tree) => tree !== undefined)]);
}

function treesOf({ tree, layers }: GraphSnapshot): readonly TreeDigest[] {
  return [tree, ...layers];
}

/** For people: `snapshot bbed99b94fdd of dev`. */
export function describeSnapshot({ snapshot, environment }: OwnedSnapshot, { names }: StoreGraph): string {
  const { snapshot_id, message } = snapshot;
  const own = [...names].filter(([, id]) => id === environment.id).map(([name]) => name);
  const title = message === null ? '' : ` '${message}'`;
  return `snapshot ${snapshot_id.slice(0, 12)}${title} of ${own.toSorted()[0] ?? environment.id.slice(0, 12)}`;
}
