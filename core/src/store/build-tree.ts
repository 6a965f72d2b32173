import fs from 'node:fs';
import path from 'node:path';

import { BUILD_EPOCH } from '../layers/build-environment.ts';
import { childProcess } from './child-process.ts';
import { OPAQUE_ATTRIBUTE, OPAQUE_VALUE } from './interpret-attributes.ts';
import { below, byteString, systemPath } from './system-path.ts';
import {
  isWhiteout,
  type ByteString,
  type DeviceEntry,
  type FifoEntry,
  type FileEntry,
  type InodeEntry,
  type TreeEntry,
} from './tree-entry.ts';
import type { TreeWorkshop } from './tree-workshop.ts';

/** Gives a file that is not empty its bytes, with everything that its inode carries but a time that is content. */
export type PlaceFile = (entry: FileEntry, location: ByteString) => void;

export interface BuildTreeOptions {
  readonly workshop: TreeWorkshop;
  readonly placeFile: PlaceFile;
}

/** Makes every entry of a tree; all times are the build epoch. */
export function buildTree(directory: ByteString, entries: readonly TreeEntry[], options: BuildTreeOptions): void {
  const tools = { ...options, special: specialInodes(options.workshop) };
  for (const entry of entries) makeEntry(directory, entry, tools);
  for (const { type, path: name } of entries) {
    if (type === 'directory') fs.utimesSync(systemPath(below(directory, name)), BUILD_EPOCH, BUILD_EPOCH);
  }
}

export type MakeSpecial = (entry: FifoEntry | DeviceEntry, location: ByteString) => void;

interface Tools extends BuildTreeOptions {
  readonly special: MakeSpecial;
}

/** Makes one entry, in a directory that is there, where nothing is. */
export function makeEntry(directory: ByteString, entry: TreeEntry, { workshop, placeFile, special }: Tools): void {
  const location = below(directory, entry.path);
  const target = systemPath(location);
  switch (entry.type) {
    case 'link':
      return fs.linkSync(systemPath(below(directory, entry.target)), target);
    case 'file':
      if (entry.size > 0) return placeFile(entry, location);
      fs.closeSync(fs.openSync(target, 'wx'));
      return dress(location, entry, workshop);
    case 'directory':
      fs.mkdirSync(target);
      return dress(location, entry, workshop);
    case 'symlink':
      fs.symlinkSync(systemPath(entry.target), target);
      return dress(location, entry, workshop);
    default:
      return special(entry, location);
  }
}

/** Gives a new inode its owner, mode, attributes and time, in the order in which none undoes another. */
export function dress(location: ByteString, entry: InodeEntry, { attributes }: TreeWorkshop): void {
  const target = systemPath(location);
  const isDirectory = entry.type === 'directory';
  if (entry.uid !== 0 || entry.gid !== 0) fs.lchownSync(target, entry.uid, entry.gid);
  if (entry.type !== 'symlink') fs.chmodSync(target, entry.mode);
  if (entry.attributes.length > 0) attributes.write(location, isDirectory, entry.attributes);
  if (isDirectory && entry.opaque) attributes.write(location, true, [{ name: OPAQUE_ATTRIBUTE, value: OPAQUE_VALUE }]);
  if (!isDirectory) fs.lutimesSync(target, BUILD_EPOCH, BUILD_EPOCH);
}

/** Node cannot make FIFOs and devices, so coreutils does; all whiteouts are names of one inode. */
export function specialInodes(workshop: TreeWorkshop): MakeSpecial {
  const { staging } = workshop;
  const temporary = path.join(staging, 'special');
  const whiteout = path.join(staging, 'whiteout');

  return (entry, location) => {
    if (isWhiteout(entry)) {
      if (!fs.existsSync(whiteout)) {
        makeSpecial(whiteout, entry);
        dress(byteString(whiteout), entry, workshop);
      }
      fs.linkSync(whiteout, systemPath(location));
    } else {
      makeSpecial(temporary, entry);
      dress(byteString(temporary), entry, workshop);
      fs.renameSync(temporary, systemPath(location));
    }
  };
}

function makeSpecial(target: string, entry: FifoEntry | DeviceEntry): void {
  const kind = entry.type === 'fifo' ? ['p'] : [entry.type === 'block' ? 'b' : 'c', `${entry.major}`, `${entry.minor}`];
  childProcess().execFileSync('mknod', [target, ...kind], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    stdio: 'pipe',
  });
}
