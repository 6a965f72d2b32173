import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parse } from 'smol-toml';

import { asRoot } from '../as-root.ts';
import { type Fixture, NAME } from '../fixture.ts';
import { type KarapaceBench, openKarapace } from '../karapace.ts';
import { measure } from '../measure.ts';
import { mmdebstrap, removeRoot, unpackRoot } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { below, compare, type Row } from '../verdict.ts';

/**
 * git and curl on a base that is in the store, against the download of the same archives and dpkg alone. Like dpkg, the
 * first contender is told by a lock which archives they are; the second has to find out.
 */
export async function secondEnvironment({ directory, karapace }: Fixture, rounds: number): Promise<readonly Row[]> {
  const [own, peer, tar] = ['second', 'dpkg', 'base.tar'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  const urls = await archiveUrls(karapace);
  await runCommand(mmdebstrap(tar, []));
  const lock = await readFile(karapace.lock, 'utf8');
  const contenders = [
    { name: 'karapace', prepare: () => prepareBase(own, lock), run: () => buildSecond(own) },
    { name: 'karapace, resolving', prepare: () => prepareBase(own), run: () => buildSecond(own) },
    { name: 'curl and dpkg', prepare: () => prepareRoot(peer, tar), run: () => installByHand(peer, urls) },
  ];
  const rows = compare('second environment', await measure(contenders, rounds), { 'curl and dpkg': below(1.2) });
  await Promise.all([own, peer, tar].map(removeRoot));
  return rows;
}

async function archiveUrls({ lock }: KarapaceBench): Promise<readonly string[]> {
  const { packages } = parse(await readFile(lock, 'utf8')) as unknown as {
    readonly packages: readonly { readonly url: string }[];
  };
  return packages.map(({ url }) => url);
}

async function prepareBase(directory: string, lock?: string): Promise<void> {
  await removeRoot(directory);
  const karapace = await openKarapace(directory, 'base.toml');
  await runCommand(karapace.command('build', karapace.manifest));
  await (lock === undefined ? rm(karapace.lock) : writeFile(karapace.lock, lock));
}

async function buildSecond(directory: string): Promise<void> {
  const karapace = await openKarapace(directory, 'karapace.toml');
  await runCommand(karapace.command('build', karapace.manifest, '--name', NAME));
}

async function prepareRoot(directory: string, tar: string): Promise<void> {
  await removeRoot(directory);
  await unpackRoot(tar, join(directory, 'root'));
  await mkdir(join(directory, 'archives'));
}

async function installByHand(directory: string, urls: readonly string[]): Promise<void> {
  const [root, archives] = [join(directory, 'root'), join(directory, 'archives')];
  const download = [
    'curl',
    '--silent',
    '--fail',
    '--parallel',
    '--parallel-max',
    '16',
    '--output-dir',
    archives,
    '--remote-name-all',
  ];
  await runCommand([...download, ...urls]);
  const script =
    'mv "$2" "$1/archives" && chroot "$1" sh -c "dpkg --unpack /archives/*.deb && dpkg --configure --pending"';
  await runCommand(asRoot('env', 'DEBIAN_FRONTEND=noninteractive', 'sh', '-c', script, 'sh', root, archives));
}
