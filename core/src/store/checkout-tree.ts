import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import type { TreeDigest } from '../contracts/ids.ts';
import { BUILD_EPOCH } from '../layers/build-environment.ts';
import { OPAQUE_ATTRIBUTE, OPAQUE_VALUE } from './interpret-attributes.ts';
import { removeTree } from './remove-tree.ts';
import { syncDirectory, syncFileSystemNow } from './sync-disk.ts';
import { below, byteString, systemPath } from './system-path.ts';
import {
  isWhiteout,
  type ByteString,
  type DeviceEntry,
  type FifoEntry,
  type InodeEntry,
  type TreeEntry,
} from './tree-entry.ts';
import { readTree } from './tree-record.ts';
import type { TreeWorkshop } from './tree-workshop.ts';

/**
 * Makes the directory of a tree from objects, each verified before it is linked.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the tree or object that is missing or damaged
 */
export function checkoutTree(tree: TreeDigest, workshop: TreeWorkshop): void {
  const { layout, staging } = workshop;
  const checkout = layout.checkout(tree);
  if (fs.existsSync(checkout)) return;
  const entries = readTree(layout, tree);
  const directory = path.join(staging, `checkout-${tree}`);
  try {
    buildTree(byteString(directory), entries, workshop);
    syncFileSystemNow(layout.root);
    if (!fs.existsSync(checkout)) fs.renameSync(directory, checkout);
    syncDirectory(path.dirname(checkout));
  } finally {
    removeTree(byteString(directory));
  }
}

function buildTree(directory: ByteString, entries: readonly TreeEntry[], workshop: TreeWorkshop): void {
  const special = specialInodes(workshop);
  for (const entry of entries) makeEntry(directory, entry, { workshop, special });
  for (const { type, path: name } of entries) {
    if (type === 'directory') fs.utimesSync(systemPath(below(directory, name)), BUILD_EPOCH, BUILD_EPOCH);
  }
}

interface Tools {
  readonly workshop: TreeWorkshop;
  readonly special: (entry: FifoEntry | DeviceEntry, location: ByteString) => void;
}

function makeEntry(directory: ByteString, entry: TreeEntry, { workshop, special }: Tools): void {
  const location = below(directory, entry.path);
  const target = systemPath(location);
  switch (entry.type) {
    case 'link':
      return fs.linkSync(systemPath(below(directory, entry.target)), target);
    case 'file':
      if (entry.size > 0) return workshop.objects.withdraw(entry, location);
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
function dress(location: ByteString, entry: InodeEntry, { attributes }: TreeWorkshop): void {
  const target = systemPath(location);
  const isDirectory = entry.type === 'directory';
  if (entry.uid !== 0 || entry.gid !== 0) fs.lchownSync(target, entry.uid, entry.gid);
  if (entry.type !== 'symlink') fs.chmodSync(target, entry.mode);
  if (entry.attributes.length > 0) attributes.write(location, isDirectory, entry.attributes);
  if (isDirectory && entry.opaque) attributes.write(location, true, [{ name: OPAQUE_ATTRIBUTE, value: OPAQUE_VALUE }]);
  if (!isDirectory) fs.lutimesSync(target, BUILD_EPOCH, BUILD_EPOCH);
}

/** Node cannot make FIFOs and devices, so coreutils does; all whiteouts are names of one inode. */
function specialInodes(workshop: TreeWorkshop): Tools['special'] {
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
  execFileSync('mknod', [target, ...kind], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    stdio: 'pipe',
  });
}
