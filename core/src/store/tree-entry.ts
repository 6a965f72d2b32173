import type { ObjectId } from '../contracts/ids.ts';

/**
 * Bytes as a string of code units 0 to 255 (`latin1`): paths, link targets and attribute names need not be UTF-8.
 * Comparing two of them compares their bytes.
 */
export type ByteString = string;

export interface Attribute {
  readonly name: ByteString;
  readonly value: Buffer;
}

/** What every inode has. */
export interface InodeMetadata {
  /** The twelve permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Sorted by name. */
  readonly attributes: readonly Attribute[];
  /** When it was last written, in nanoseconds since 1970; only in trees whose times are content. */
  readonly mtime?: bigint | undefined;
}

interface Located {
  /** Relative to the tree's root, without slashes at its ends; empty for the root itself. */
  readonly path: ByteString;
}

export type FileEntry = Located &
  InodeMetadata & { readonly type: 'file'; readonly size: number; readonly object: ObjectId };
export type DirectoryEntry = Located & InodeMetadata & { readonly type: 'directory'; readonly opaque: boolean };
export type SymlinkEntry = Located & InodeMetadata & { readonly type: 'symlink'; readonly target: ByteString };
export type FifoEntry = Located & InodeMetadata & { readonly type: 'fifo' };
export type DeviceEntry = Located &
  InodeMetadata & { readonly type: 'character' | 'block'; readonly major: number; readonly minor: number };
/** A further name of an inode whose first name, in the order of the tree, is `target`. */
export type HardLinkEntry = Located & { readonly type: 'link'; readonly target: ByteString };

export type InodeEntry = FileEntry | DirectoryEntry | SymlinkEntry | FifoEntry | DeviceEntry;
export type TreeEntry = InodeEntry | HardLinkEntry;

/** The path of the directory that a path is in; the root's is its own. */
export function parentOf(path: ByteString): ByteString {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The path of a name in a tree's directory. */
export function childOf(directory: ByteString, name: ByteString): ByteString {
  return directory === '' ? name : `${directory}/${name}`;
}

/** Overlay's mark for a name that the layers below have and this one has not. */
export function isWhiteout(entry: TreeEntry): boolean {
  return entry.type === 'character' && entry.major === 0 && entry.minor === 0;
}

/** Whether a tree's times are content; the root decides for all. */
export function isTimed([root]: readonly TreeEntry[]): boolean {
  return root?.type === 'directory' && root.mtime !== undefined;
}

/** For messages: what is not printable ASCII is escaped. */
export function printablePath(path: ByteString): string {
  const escaped = path.replace(/[^\x20-\x7e]|\\/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `/${escaped}`;
}
