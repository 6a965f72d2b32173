import type { TreeDigest } from '../../contracts/ids.ts';
import type { StoreLayout } from '../store-layout.ts';
import { isDigest } from '../store-layout.ts';
import { objectName, usersOf } from '../verify/affected.ts';
import type { Found } from '../verify/found.ts';
import type { InspectedStore } from '../verify/inspect-store.ts';
import type { RepairLog } from './repair-log.ts';

export interface ContentDamage {
  readonly found: readonly Found[];
  readonly inspected: InspectedStore;
  /** Whether some environment needs what a finding is about. */
  readonly isNeeded: (found: Found) => boolean;
}

/** Moves away what is damaged of objects, trees, checkouts, layers and archives, so that it is made again when it is needed. */
export function repairContent(layout: StoreLayout, damage: ContentDamage, { aside }: RepairLog): void {
  const found = damage.found.filter(({ part, problem }) => PARTS.has(part) && problem !== 'unreadable');
  // Checkouts first: they share the inodes of objects, and count as proof that these are there.
  for (const tree of damagedCheckouts(layout, found, damage)) aside.move(`checkouts/${tree}`);
  for (const each of found) {
    if (each.part === 'checkout') continue;
    if (each.problem !== 'missing') aside.move(each.file);
    else if (!damage.isNeeded(each)) moveUnneeded(each, damage.inspected, (file) => aside.move(file));
  }
}

const PARTS: ReadonlySet<Found['part']> = new Set(['object', 'tree', 'checkout', 'layer', 'archive']);

function damagedCheckouts(
  layout: StoreLayout,
  found: readonly Found[],
  { inspected }: ContentDamage,
): ReadonlySet<string> {
  const objects = new Set(found.filter(({ part }) => part === 'object').map(({ file }) => objectName(file)));
  const users = [...usersOf(layout, objects, inspected.trees).values()].flat();
  const named = found.flatMap(({ file, part }) => {
    const [, first = '', second = ''] = file.split('/');
    if (part === 'checkout') return [first];
    return part === 'tree' ? [first + second] : [];
  });
  return new Set([...users, ...named].filter(isDigest));
}

/** What nothing needs, and what it needs is missing: it goes, until nothing is missed. */
function moveUnneeded({ file, part, by }: Found, { graph }: InspectedStore, move: (file: string) => void): void {
  if (by !== undefined) return move(treeFile(by));
  if (part === 'object') {
    for (const [sha256, object] of graph.archives)
      if (objectName(file).startsWith(`${object}.`)) move(`archives/${sha256}`);
  }
  if (part === 'tree') {
    for (const [key, tree] of graph.layers) if (treeFile(tree) === file) move(`layers/${key}`);
  }
}

function treeFile(tree: TreeDigest): string {
  return `trees/${tree.slice(0, 2)}/${tree.slice(2)}`;
}
