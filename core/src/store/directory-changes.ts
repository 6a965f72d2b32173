import type { ObjectId, TreeDigest } from '../contracts/ids.ts';
import type { TreeChange } from '../contracts/tree-store.ts';
import { KarapaceError } from '../errors.ts';
import { hashFile } from './hash-file.ts';
import { isFileWithBytes, type FileWithBytes } from './ingested-file.ts';
import type { InodeIdentity } from './inode-identity.ts';
import { scanTree } from './scan-tree.ts';
import { openStatCache, type StatCache } from './stat-cache.ts';
import { hasCode } from './system-error.ts';
import { below, byteString } from './system-path.ts';
import { treeChanges } from './tree-changes.ts';
import { printablePath, type ByteString, type TreeEntry } from './tree-entry.ts';
import { readTree } from './tree-record.ts';
import { viewTrees } from './tree-view.ts';
import type { TreeWorkshop } from './tree-workshop.ts';

/**
 * What a directory changes of trees when it is mounted over them. The directory stays as it is, nothing is kept, and others
 * may write to it meanwhile.
 */
export function directoryChanges(
  lower: readonly TreeDigest[],
  directory: string,
  workshop: TreeWorkshop,
): readonly TreeChange[] {
  const { layout, staging } = workshop;
  const cache = openStatCache(layout, directory, staging);
  const source = byteString(directory);
  const own = { recall: (inode: InodeIdentity) => cache.find(inode), onSocket: () => undefined, alive: true };
  const scanned = scanTree(source, { ...workshop, refuse: refuseCompared, own });
  const upper = scanned.map((each): TreeEntry => {
    if (!isFileWithBytes(each) || each.entry.object !== '') return each.entry;
    return { ...each.entry, object: hashLive(below(source, each.entry.path), each, cache) };
  });
  cache.save();
  const before = lower.map((tree) => readTree(layout, tree));
  return treeChanges(viewTrees(before), viewTrees([...before, upper]));
}

function refuseCompared(at: ByteString, cause: RangeError): KarapaceError {
  return new KarapaceError('DIFF_FAILED', `\`${printablePath(at)}\` cannot be compared: ${cause.message}`, {
    hint: 'Change or remove it, and look again.',
    cause,
  });
}

/** Bytes that change while they are read are no object's, and differ from what they were. */
const CHANGING = '' as ObjectId;

function hashLive(location: ByteString, { entry, identity }: FileWithBytes, cache: StatCache): ObjectId {
  try {
    const object = hashFile(location, entry.size);
    cache.put(identity, { object, plain: entry.attributes.length === 0 });
    return object;
  } catch (error) {
    if (error instanceof RangeError || hasCode(error, 'ENOENT', 'ELOOP')) return CHANGING;
    throw error;
  }
}
