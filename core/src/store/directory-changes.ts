import type { TreeDigest } from '../contracts/ids.ts';
import type { TreeChange } from '../contracts/store.ts';
import { hashFile } from './hash-file.ts';
import { scanTree } from './scan-tree.ts';
import { openStatCache } from './stat-cache.ts';
import { below, byteString } from './system-path.ts';
import { treeChanges } from './tree-changes.ts';
import type { TreeEntry } from './tree-entry.ts';
import { readTree } from './tree-record.ts';
import { viewTrees } from './tree-view.ts';
import type { TreeWorkshop } from './tree-workshop.ts';
import { refuseCommitted } from './ingest-tree.ts';

/** What a directory changes of trees when it is mounted over them. The directory stays as it is, and nothing is kept. */
export function directoryChanges(
  lower: readonly TreeDigest[],
  directory: string,
  workshop: TreeWorkshop,
): readonly TreeChange[] {
  const { layout, staging } = workshop;
  const cache = openStatCache(layout, directory, staging);
  const source = byteString(directory);
  const onSocket = () => undefined;
  const scanned = scanTree(source, { ...workshop, refuse: refuseCommitted, timed: true, onSocket });
  const upper = scanned.map(({ entry, identity }): TreeEntry => {
    if (entry.type !== 'file' || identity === undefined) return entry;
    const known = cache.find(identity);
    if (known !== undefined) return { ...entry, object: known };
    const object = hashFile(below(source, entry.path), entry.size);
    cache.put(identity, object);
    return { ...entry, object };
  });
  cache.save();
  const before = lower.map((tree) => readTree(layout, tree));
  return treeChanges(viewTrees(before), viewTrees([...before, upper]));
}
