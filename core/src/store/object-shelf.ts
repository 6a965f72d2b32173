import fs from 'node:fs';

import type { Ids } from '../contracts/ids.ts';
import { BUILD_EPOCH } from '../layers/build-environment.ts';
import { KarapaceError } from '../errors.ts';
import { hashFile } from './hash-file.ts';
import type { AttributeAccess } from './inode-attributes.ts';
import { metadataClass } from './metadata-class.ts';
import type { StoreLayout } from './store-layout.ts';
import { hasCode } from './system-error.ts';
import { byteString, systemPath } from './system-path.ts';
import type { ByteString, FileEntry } from './tree-entry.ts';

export interface ObjectShelf {
  /** Makes a file of a tree and the object of its bytes and metadata one inode. Gives whether the file's inode changed. */
  deposit(file: ByteString, entry: FileEntry): boolean;
  /**
   * Looks whether an object is what its name says.
   *
   * @throws KarapaceError `STORE_CORRUPT` naming the object
   */
  check(entry: FileEntry): void;
  /**
   * Links an object to a new path, without looking at it.
   *
   * @throws KarapaceError `STORE_CORRUPT` where it is missing
   */
  withdraw(entry: FileEntry, file: ByteString): void;
  /** Puts a second name of an inode in the place of a file. */
  replace(file: ByteString, source: ByteString): void;
}

export interface ObjectShelfOptions {
  readonly layout: StoreLayout;
  /** With `single` ids the owner of an inode means nothing. */
  readonly ids: Ids;
  /** A free path on the same file system. */
  readonly temporary: string;
  readonly attributes: AttributeAccess;
}

/** Objects as the names of inodes. */
export function objectShelf({ layout, ids, temporary, attributes }: ObjectShelfOptions): ObjectShelf {
  const verified = new Set<string>();

  function pathOf(entry: FileEntry): ByteString {
    return byteString(layout.object(entry.object, metadataClass(entry)));
  }

  function check(entry: FileEntry): void {
    const object = pathOf(entry);
    if (verified.has(object)) return;
    checkStats(object, entry, ids);
    if (metadataClass({ ...entry, attributes: attributes.read(object, false) }) !== metadataClass(entry)) {
      throw corruptObject(entry, 'its attributes are not those of its name');
    }
    if (hashFile(object, entry.size) !== entry.object)
      throw corruptObject(entry, 'its bytes are not those of its name');
    verified.add(object);
  }

  function replace(file: ByteString, source: ByteString): void {
    fs.linkSync(systemPath(source), temporary);
    fs.renameSync(temporary, systemPath(file));
  }

  return {
    replace,
    deposit(file, entry) {
      const object = pathOf(entry);
      if (linkUnlessTaken(file, object) !== 'EEXIST') return false;
      if (checkStats(object, entry, ids).ino === fs.lstatSync(systemPath(file), { bigint: true }).ino) return false;
      return linkable(() => replace(file, object));
    },
    check,
    withdraw(entry, file) {
      const object = pathOf(entry);
      try {
        if (linkUnlessTaken(object, file) === 'EMLINK') copyInode(object, file, entry);
      } catch (error) {
        throw hasCode(error, 'ENOENT') ? corruptObject(entry, 'it is missing') : error;
      }
    },
  };

  function copyInode(object: ByteString, file: ByteString, entry: FileEntry): void {
    const [from, to] = [systemPath(object), systemPath(file)];
    fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL);
    if (ids === 'full') fs.chownSync(to, entry.uid, entry.gid);
    fs.chmodSync(to, entry.mode);
    attributes.write(file, false, entry.attributes);
    fs.utimesSync(to, BUILD_EPOCH, BUILD_EPOCH);
  }
}

function checkStats(object: ByteString, entry: FileEntry, ids: Ids): fs.BigIntStats {
  const stats = findObject(object, entry, ids);
  if (stats === undefined) throw corruptObject(entry, 'it is missing');
  return stats;
}

/**
 * What the disk says of an object, or `undefined` where there is none. Cheap, and enough to see that nobody wrote to it by
 * accident: that would have changed its time.
 *
 * @throws KarapaceError `STORE_CORRUPT`
 */
export function findObject(object: ByteString, entry: FileEntry, ids: Ids): fs.BigIntStats | undefined {
  const stats = fs.lstatSync(systemPath(object), { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const isAsNamed =
    stats.isFile() &&
    Number(stats.size) === entry.size &&
    (Number(stats.mode) & 0o7777) === entry.mode &&
    (ids === 'single' || (Number(stats.uid) === entry.uid && Number(stats.gid) === entry.gid)) &&
    stats.mtimeNs === BigInt(BUILD_EPOCH) * 1_000_000_000n;
  if (!isAsNamed) throw corruptObject(entry, 'its size, mode, owner or time changed');
  return stats;
}

function linkUnlessTaken(source: ByteString, target: ByteString): 'linked' | 'EEXIST' | 'EMLINK' {
  try {
    fs.linkSync(systemPath(source), systemPath(target));
    return 'linked';
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return 'EEXIST';
    if (hasCode(error, 'EMLINK')) return 'EMLINK';
    throw error;
  }
}

/** An inode with as many names as the file system allows is no failure: the file keeps its own copy. */
function linkable(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (hasCode(error, 'EMLINK')) return false;
    throw error;
  }
}

export function corruptObject({ object, ...inode }: FileEntry, reason: string): KarapaceError {
  const name = `${object}.${metadataClass(inode)}`;
  return new KarapaceError('STORE_CORRUPT', `The object \`${name}\` is damaged: ${reason}`, {
    hint: 'Run `karapace verify-store --repair`; environments that do not need it can be used meanwhile.',
  });
}
