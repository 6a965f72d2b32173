import { isWhiteout, type ByteString, type InodeEntry, type TreeEntry } from './tree-entry.ts';

/** What a mount of several trees shows: by path, whatever lies in it. A further name of an inode is that inode. */
export type TreeView = ReadonlyMap<ByteString, InodeEntry>;

/**
 * What overlayfs shows of trees, bottom first.
 *
 * Source of the rules: https://docs.kernel.org/filesystems/overlayfs.html — a whiteout takes a name away, an opaque
 * directory hides what is below it, and what is not a directory hides a directory with all that is in it.
 */
export function viewTrees(trees: readonly (readonly TreeEntry[])[]): TreeView {
  let view = new Map<ByteString, InodeEntry>();
  for (const tree of trees) view = addTree(view, tree);
  return view;
}

function addTree(below: ReadonlyMap<ByteString, InodeEntry>, tree: readonly TreeEntry[]): Map<ByteString, InodeEntry> {
  const inodes = inodesOf(tree);
  const hidden = new Set<ByteString>();
  for (const [path, entry] of inodes) if (hides(entry, below.get(path))) hidden.add(path);
  const view = new Map<ByteString, InodeEntry>();
  for (const [path, entry] of below) if (!isHidden(path, hidden)) view.set(path, entry);
  for (const [path, entry] of inodes) {
    if (isWhiteout(entry)) view.delete(path);
    else view.set(path, entry);
  }
  return view;
}

/** Whether an entry hides what the trees below have at its path, and under it. */
function hides(entry: InodeEntry, below: InodeEntry | undefined): boolean {
  return entry.type !== 'directory' || entry.opaque || (below !== undefined && below.type !== 'directory');
}

function isHidden(path: ByteString, hidden: ReadonlySet<ByteString>): boolean {
  if (hidden.size === 0) return false;
  if (hidden.has(path)) return true;
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    if (hidden.has(path.slice(0, slash))) return true;
  }
  return path !== '' && hidden.has('');
}

/** Every path of a tree with its inode. */
function inodesOf(tree: readonly TreeEntry[]): ReadonlyMap<ByteString, InodeEntry> {
  const inodes = new Map<ByteString, InodeEntry>();
  for (const entry of tree) {
    const inode = entry.type === 'link' ? inodes.get(entry.target) : entry;
    if (inode !== undefined) inodes.set(entry.path, inode);
  }
  return inodes;
}
