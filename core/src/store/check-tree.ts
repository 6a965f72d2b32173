import { isWhiteout, printablePath, type HardLinkEntry, type InodeEntry, type TreeEntry } from './tree-entry.ts';

/**
 * Refuses a list of entries that no root file system can be: a record's digest proves who wrote it, not that it is sane.
 *
 * @throws RangeError
 */
export function checkTree(entries: readonly TreeEntry[]): void {
  const [root, ...rest] = entries;
  if (root?.path !== '' || root.type !== 'directory') throw new RangeError('the first entry is not the root directory');
  const seen = new Map<string, TreeEntry>([['', root]]);
  checkInode(root);
  let previous = '';
  for (const entry of rest) {
    if (entry.path <= previous) throw new RangeError(`\`${printablePath(entry.path)}\` is out of order`);
    checkPath(entry, seen);
    if (entry.type === 'link') checkLink(entry, seen);
    else checkInode(entry);
    seen.set(entry.path, entry);
    previous = entry.path;
  }
}

function checkPath({ path }: TreeEntry, seen: ReadonlyMap<string, TreeEntry>): void {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const parent = seen.get(slash === -1 ? '' : path.slice(0, slash));
  if (parent?.type !== 'directory') throw new RangeError(`\`${printablePath(path)}\` is in no directory`);
  const isName =
    slash !== 0 && name !== '' && name !== '.' && name !== '..' && name.length <= 255 && !name.includes('\0');
  if (!isName) throw new RangeError(`\`${printablePath(path)}\` is no name`);
}

function checkLink({ path, target }: HardLinkEntry, seen: ReadonlyMap<string, TreeEntry>): void {
  const first = seen.get(target);
  const isInode = first !== undefined && first.type !== 'directory' && first.type !== 'link' && !isWhiteout(first);
  if (!isInode) throw new RangeError(`\`${printablePath(path)}\` is a link to nothing before it`);
}

function checkInode(entry: InodeEntry): void {
  const { mode, uid, gid, attributes, path } = entry;
  const areIds = uid <= MAX_ID && gid <= MAX_ID;
  if (mode > 0o7777 || !areIds) throw new RangeError(`\`${printablePath(path)}\` has an impossible mode or owner`);
  attributes.forEach(({ name }, index) => {
    const before = attributes[index - 1]?.name ?? '';
    if (name <= before) throw new RangeError(`attributes of \`${printablePath(path)}\` are out of order`);
  });
  const isPlain = mode === 0 && uid === 0 && gid === 0 && attributes.length === 0 && (entry.mtime ?? 0n) === 0n;
  if (isWhiteout(entry) && !isPlain) throw new RangeError(`the whiteout \`${printablePath(path)}\` has metadata`);
}

/** The largest id of an id space. */
export const MAX_ID = 65_535;
