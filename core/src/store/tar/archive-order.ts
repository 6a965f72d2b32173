import type { ByteString, InodeEntry, TreeEntry } from '../tree-entry.ts';

/** A member of an archive, and the inode that it has or is a further name of. */
export interface OrderedMember {
  readonly entry: TreeEntry;
  readonly inode: InodeEntry;
}

/**
 * A tree in the order of its archive: what is in a directory comes right after it, which programs rely on that set a directory's time when
 * they leave it. In this order another name of an inode may be the first.
 */
export function inArchiveOrder(entries: readonly TreeEntry[]): readonly OrderedMember[] {
  const inodes = new Map<ByteString, InodeEntry>();
  for (const entry of entries) if (entry.type !== 'link') inodes.set(entry.path, entry);
  const firstNames = new Map<InodeEntry, ByteString>();

  function member(named: TreeEntry): OrderedMember {
    const { path } = named;
    const inode = inodes.get(named.type === 'link' ? named.target : path);
    if (inode === undefined) throw new RangeError('a hard link to nothing');
    const target = firstNames.get(inode);
    if (target !== undefined) return { entry: { type: 'link', path, target }, inode };
    firstNames.set(inode, path);
    return { entry: { ...inode, path }, inode };
  }

  return entries
    .map((entry) => ({ entry, key: entry.path.replaceAll('/', '\0') }))
    .toSorted((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ entry }) => member(entry));
}
