import fs from 'node:fs';

import { BUILD_EPOCH } from '../../layers/build-environment.ts';
import { interpretAttributes } from '../interpret-attributes.ts';
import { deviceNumbers, isWhiteoutInode } from '../scan-tree.ts';
import { encodeAttributes } from '../tree-encoding.ts';
import { below, systemPath } from '../system-path.ts';
import { isWhiteout, type ByteString, type FileEntry, type InodeEntry, type TreeEntry } from '../tree-entry.ts';
import { hashDescriptor, type ObjectTools } from './check-object.ts';
import { NOT_A_FILE, type Tally } from './found.ts';

export interface EntryPlace {
  /** The checkout. */
  readonly location: ByteString;
  /** The inode of the entry's object, or 0. */
  readonly inode: bigint;
}

interface Work {
  readonly tally: Tally;
  readonly tools: ObjectTools;
}

const EPOCH_NS = BigInt(BUILD_EPOCH) * 1_000_000_000n;
const FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/**
 * How what is on the disk differs from an entry of a tree, or `undefined`.
 *
 * @throws what `lstat` throws; RangeError on attributes that no tree has
 */
export function compareEntry(entry: TreeEntry, { location, inode }: EntryPlace, work: Work): string | undefined {
  const path = below(location, entry.path);
  const stats = fs.lstatSync(systemPath(path), { bigint: true });
  if (entry.type === 'link') {
    const first = fs.lstatSync(systemPath(below(location, entry.target)), { bigint: true });
    return first.ino === stats.ino ? undefined : 'it is not the same file as in its tree';
  }
  if (!isOfType(stats, entry)) return `it is no ${entry.type}`;
  if (entry.type === 'file' && inode !== 0n && stats.ino === inode) return undefined;
  if (isWhiteout(entry)) return undefined;
  return compareInode(stats, entry, work.tools) ?? compareContent(entry, path, work);
}

function isOfType(stats: fs.BigIntStats, entry: InodeEntry): boolean {
  if (isWhiteout(entry)) return isWhiteoutInode(stats);
  switch (entry.type) {
    case 'file':
      return stats.isFile();
    case 'directory':
      return stats.isDirectory();
    case 'symlink':
      return stats.isSymbolicLink();
    case 'fifo':
      return stats.isFIFO();
    case 'character':
      return stats.isCharacterDevice() && isDevice(stats, entry);
    case 'block':
      return stats.isBlockDevice() && isDevice(stats, entry);
  }
}

function isDevice({ rdev }: fs.BigIntStats, entry: { readonly major: number; readonly minor: number }): boolean {
  const { major, minor } = deviceNumbers(rdev);
  return major === entry.major && minor === entry.minor;
}

function compareInode(stats: fs.BigIntStats, entry: InodeEntry, { owners }: ObjectTools): string | undefined {
  if (entry.type !== 'symlink' && (Number(stats.mode) & 0o7777) !== entry.mode)
    return 'its mode is not that of its tree';
  if (owners && (Number(stats.uid) !== entry.uid || Number(stats.gid) !== entry.gid))
    return 'its owner is not that of its tree';
  if (entry.type === 'file' && Number(stats.size) !== entry.size) return 'its size is not that of its tree';
  return stats.mtimeNs === EPOCH_NS ? undefined : 'its time changed: it was written to';
}

function compareContent(entry: InodeEntry, path: ByteString, { tally, tools }: Work): string | undefined {
  if (entry.type === 'symlink') {
    const target = fs.readlinkSync(systemPath(path), { encoding: 'latin1' });
    return target === entry.target ? undefined : 'it leads elsewhere than in its tree';
  }
  const found = interpretAttributes(tools.attributes.read(path, entry.type === 'directory'));
  const opaque = entry.type === 'directory' && entry.opaque;
  if (found.opaque !== opaque || !encodeAttributes(found.attributes).equals(encodeAttributes(entry.attributes)))
    return 'its attributes are not those of its tree';
  return entry.type === 'file' && entry.size > 0 ? compareBytes(entry, path, tally) : undefined;
}

/** A file of its own: the file system allows an object only so many names, or somebody took its place. */
function compareBytes(entry: FileEntry, path: ByteString, tally: Tally): string | undefined {
  const descriptor = fs.openSync(systemPath(path), FLAGS);
  try {
    if (!fs.fstatSync(descriptor).isFile()) return NOT_A_FILE;
    const { blake3, bytes } = hashDescriptor(descriptor, entry.size);
    tally.bytes += bytes;
    return blake3 === entry.object ? undefined : 'its bytes are not those of its tree';
  } finally {
    fs.closeSync(descriptor);
  }
}
