import type { ChangedPart, TreeChange } from '../contracts/tree-store.ts';
import { directorySums, sizeOf, type Contents } from './directory-sums.ts';
import { metadataClass } from './metadata-class.ts';
import { printablePath, type ByteString, type InodeEntry } from './tree-entry.ts';
import type { TreeView } from './tree-view.ts';

/** What differs between two views, sorted by path. What only lies in a removed directory is counted with it. */
export function treeChanges(before: TreeView, after: TreeView): readonly TreeChange[] {
  const changes: TreeChange[] = [];
  const sums = directorySums(before);
  for (const path of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const [old, now] = [before.get(path), after.get(path)];
    if (now === undefined && old !== undefined) {
      if (after.get(parentOf(path))?.type === 'directory') changes.push(removal(path, old, heldBy(path, old, sums)));
    } else if (now !== undefined && old === undefined) {
      changes.push({ path: printablePath(path), change: 'added', type: now.type, bytes: sizeOf(now) });
    } else if (now !== undefined && old !== undefined) {
      const parts = changedParts(old, now);
      // A directory that is still one has lost nothing by being modified.
      const bytesBefore = now.type === 'directory' ? sizeOf(old) : heldBy(path, old, sums).bytes;
      if (parts.length > 0) changes.push(modification(path, { now, parts, bytesBefore }));
    }
  }
  return changes;
}

const NOTHING: Contents = { bytes: 0, entries: 0 };

/** An entry with all that lies in it. */
function heldBy(path: ByteString, entry: InodeEntry, sums: (directory: ByteString) => Contents): Contents {
  const { bytes, entries } = entry.type === 'directory' ? sums(path) : NOTHING;
  return { bytes: bytes + sizeOf(entry), entries: entries + 1 };
}

interface Modified {
  readonly now: InodeEntry;
  readonly parts: readonly ChangedPart[];
  readonly bytesBefore: number;
}

function modification(path: ByteString, { now, parts, bytesBefore }: Modified): TreeChange {
  return {
    path: printablePath(path),
    change: 'modified',
    type: now.type,
    bytes: sizeOf(now),
    bytesBefore,
    parts,
  };
}

function removal(path: ByteString, old: InodeEntry, { bytes, entries }: Contents): TreeChange {
  return { path: printablePath(path), change: 'removed', type: old.type, bytesBefore: bytes, entries };
}

function parentOf(path: ByteString): ByteString {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** Times alone are no change: copying a file up to change nothing of it keeps them, and directories get new ones always. */
function changedParts(old: InodeEntry, now: InodeEntry): readonly ChangedPart[] {
  if (old.type !== now.type) return ['type'];
  const parts: ChangedPart[] = [];
  if (!hasSameContent(old, now)) parts.push('content');
  if (old.mode !== now.mode) parts.push('mode');
  if (old.uid !== now.uid || old.gid !== now.gid) parts.push('owner');
  const plain = { mode: 0, uid: 0, gid: 0 };
  const [left, right] = [old, now].map(({ attributes }) => metadataClass({ ...plain, attributes }));
  if (left !== right) parts.push('attributes');
  return parts;
}

function hasSameContent(old: InodeEntry, now: InodeEntry): boolean {
  if (old.type === 'file' && now.type === 'file') return old.object === now.object && old.size === now.size;
  if (old.type === 'symlink' && now.type === 'symlink') return old.target === now.target;
  const isDevice = old.type === 'character' || old.type === 'block';
  if (isDevice && (now.type === 'character' || now.type === 'block')) {
    return old.major === now.major && old.minor === now.minor;
  }
  return true;
}
