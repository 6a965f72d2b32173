import fs from 'node:fs';

import { below, systemPath } from '../system-path.ts';
import { childOf, parentOf, type ByteString, type DirectoryEntry } from '../tree-entry.ts';

/**
 * The directory that archives fill, which nobody else reaches. Only what is known here to be a directory is ever written or looked
 * below, so that nothing is reached through a symbolic link.
 */
export interface UnpackedTree {
  readonly location: (path: ByteString) => ByteString;
  /** What is at a path. */
  find(path: ByteString): 'directory' | 'inode' | undefined;
  /** Makes a directory where none is yet; in the place of anything else. */
  imply(path: ByteString): void;
  /** The same, and what is known of it from now on. */
  declare(entry: DirectoryEntry): void;
  /** Takes away whatever is at a path, with all that is in it. */
  clear(path: ByteString): void;
  /** What a symbolic link says that is in a directory; `undefined` of anything else. */
  readLink(path: ByteString): ByteString | undefined;
  /** Names in a directory. */
  list(path: ByteString): readonly ByteString[];
  /** Everything known to be a directory, the deepest first. */
  directories(): readonly DirectoryEntry[];
}

/** What a directory has that no archive declares. */
const IMPLIED = { type: 'directory', mode: 0o755, uid: 0, gid: 0, attributes: [], opaque: false, mtime: 0n } as const;

export function impliedDirectory(path: ByteString): DirectoryEntry {
  return { ...IMPLIED, path };
}

/** @param root an empty directory */
export function unpackedTree(root: ByteString): UnpackedTree {
  const known = new Map<ByteString, DirectoryEntry>([['', impliedDirectory('')]]);
  const location = (path: ByteString): ByteString => below(root, path);
  const names = (path: ByteString): readonly ByteString[] =>
    fs.readdirSync(systemPath(location(path)), { encoding: 'latin1' });

  function exists(path: ByteString): boolean {
    return fs.lstatSync(systemPath(location(path)), { throwIfNoEntry: false }) !== undefined;
  }

  function isLink(path: ByteString): boolean {
    return fs.lstatSync(systemPath(location(path)), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  }

  function clear(path: ByteString): void {
    if (!known.has(path)) {
      if (known.has(parentOf(path)) && exists(path)) fs.unlinkSync(systemPath(location(path)));
      return;
    }
    for (const name of names(path)) clear(childOf(path, name));
    fs.rmdirSync(systemPath(location(path)));
    known.delete(path);
  }

  function imply(path: ByteString): void {
    if (known.has(path)) return;
    clear(path);
    fs.mkdirSync(systemPath(location(path)), 0o700);
    known.set(path, impliedDirectory(path));
  }

  return {
    location,
    clear,
    imply,
    find(path) {
      if (known.has(path)) return 'directory';
      return known.has(parentOf(path)) && exists(path) ? 'inode' : undefined;
    },
    declare(entry) {
      imply(entry.path);
      known.set(entry.path, entry);
    },
    readLink(path) {
      if (known.has(path) || !known.has(parentOf(path)) || !isLink(path)) return undefined;
      return fs.readlinkSync(systemPath(location(path)), { encoding: 'latin1' });
    },
    list: names,
    directories: () => [...known.values()].toSorted((left, right) => (left.path < right.path ? 1 : -1)),
  };
}
