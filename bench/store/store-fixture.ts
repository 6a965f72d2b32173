import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installPackages } from '../../scripts/debian/install-packages.ts';
import { missingPackages } from '../../scripts/debian/missing-packages.ts';
import type { Contender } from '../measure.ts';
import { removeRoot } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { openDisk } from './loop-disk.ts';
import { makeBigTree, makeMinTree, type RealTree } from './real-trees.ts';

/** What the groups about the store start from. */
export interface StoreFixture {
  /** Where everything lies: one file system, so that links are possible. */
  readonly directory: string;
  readonly min: RealTree;
  readonly big: RealTree;
  /** Of these, those whose Debian package is there. */
  readonly available: (peers: readonly StorePeer[]) => readonly StorePeer[];
  close(): Promise<void>;
}

export interface StorePeer extends Contender {
  /** The Debian package of its program; not for what every Debian has. */
  readonly needs?: string | undefined;
}

/** @param place a directory with 15 GB of room; default the one for temporary files */
export async function openStoreFixture(say: (message: string) => void, place = tmpdir()): Promise<StoreFixture> {
  const missing = new Set(await installPeers());
  if (missing.size > 0) say(`Not measured, since Debian's archives here lack them: ${[...missing].join(', ')}`);
  const own = await mkdtemp(join(place, 'karapace-store-bench-'));
  const disk = await openDisk(own);
  say(`Preparing: a Debian base, and 2 GB of files, on ${disk.description}`);
  const { directory } = disk;
  const min = await makeMinTree(join(directory, 'min'));
  const big = await makeBigTree(join(directory, 'big'));
  await runCommand(['sync', '-f', directory]);
  return {
    directory,
    min,
    big,
    available: (peers) => peers.filter(({ needs }) => needs === undefined || !missing.has(needs)),
    async close() {
      await disk.close();
      await removeRoot(own);
      await rm(own, { recursive: true, force: true });
    },
  };
}

/** Gives the packages that cannot be had. */
async function installPeers(): Promise<readonly string[]> {
  const text = await readFile(new URL('../../scripts/bench-packages.json', import.meta.url), 'utf8');
  const names = JSON.parse(text) as readonly string[];
  const known: string[] = [];
  for (const name of await missingPackages(names)) {
    const listing = await runCommand(['apt-cache', 'pkgnames', name], 'pipe');
    if (listing.split('\n').includes(name)) known.push(name);
  }
  if (known.length > 0) await installPackages(known);
  return missingPackages(names);
}
