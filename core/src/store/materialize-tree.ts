import type { TreeDigest } from '../contracts/ids.ts';
import { buildTree, dress } from './build-tree.ts';
import { copyHashed } from './copy-hashed.ts';
import { setExactTimes } from './exact-times.ts';
import { metadataClass } from './metadata-class.ts';
import { corruptObject } from './object-shelf.ts';
import { syncFileSystemNow } from './sync-disk.ts';
import { hasCode } from './system-error.ts';
import { below, byteString } from './system-path.ts';
import { isWhiteout, type ByteString, type FileEntry, type TreeEntry } from './tree-entry.ts';
import { readTree } from './tree-record.ts';
import type { TreeWorkshop } from './tree-workshop.ts';

/**
 * Makes a directory that holds a tree and may be written to: its files are copies, verified while they are copied. Durable
 * when it returns.
 *
 * @param directory a path where nothing is
 * @throws KarapaceError `STORE_CORRUPT` naming the tree or object that is missing or damaged
 */
export function materializeTree(tree: TreeDigest, directory: string, workshop: TreeWorkshop): void {
  const entries = readTree(workshop.layout, tree);
  const target = byteString(directory);
  buildTree(target, entries, { workshop, placeFile: (entry, location) => copyObject(entry, location, workshop) });
  setExactTimes(timesOf(entries, target));
  syncFileSystemNow(workshop.layout.root);
}

function copyObject(entry: FileEntry, location: ByteString, workshop: TreeWorkshop): void {
  const object = byteString(workshop.layout.object(entry.object, metadataClass(entry)));
  const copied = attempt(entry, () => copyHashed(object, location));
  if (copied.object !== entry.object || copied.size !== entry.size) {
    throw corruptObject(entry, 'its bytes are not those of its name');
  }
  dress(location, entry, workshop);
}

function attempt<T>(entry: FileEntry, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ELOOP', 'ENXIO')) throw corruptObject(entry, 'it is missing');
    if (error instanceof RangeError) throw corruptObject(entry, error.message);
    throw error;
  }
}

/** Whiteouts share one inode, and have no time. */
function timesOf(entries: readonly TreeEntry[], directory: ByteString) {
  return entries.flatMap((entry) => {
    if (entry.type === 'link' || entry.mtime === undefined) return [];
    return isWhiteout(entry) ? [] : [{ path: below(directory, entry.path), mtime: entry.mtime }];
  });
}
