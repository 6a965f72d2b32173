import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { measure } from '../measure.ts';
import { removeRoot } from '../root-files.ts';
import { makeOwnStore } from '../store/own-store.ts';
import { git, ostree, restic, type PeerStore } from '../store/peers.ts';
import { shell } from '../store/shell.ts';
import type { StoreFixture, StorePeer } from '../store/store-fixture.ts';
import { atMost, compare, within, type Row } from '../verdict.ts';

const GOALS = { 'restic backup': atMost(0.25, 0.3), 'ostree commit': atMost(1.1), 'git add': atMost(2) };
const FILES = 10;

/** A tree that was kept before, after ten of its files changed; and a directory that holds nothing but ten such files. */
export async function storeAgain(fixture: StoreFixture, rounds: number): Promise<readonly Row[]> {
  const { directory, big } = fixture;
  const root = join(directory, 'store');
  const upper = join(directory, 'upper');
  const store = await makeOwnStore(root);
  await store.ask('ingest', { directory: big.directory });
  const change = (where: string) => async () => {
    await changeFiles(where);
    await shell('sync -f "$1"', [directory]);
  };
  const own = (where: string) => ({
    name: 'karapace',
    prepare: change(where),
    run: () => store.ask('ingest', { directory: where }),
  });
  const peers = [restic, ostree, git].map((open) => open(directory));
  const known = fixture.available(peers.map((peer) => keepAgain(peer, big.directory)));
  for (const peer of peers.filter(({ name }) => known.some((each) => each.name === name))) {
    await peer.init();
    await peer.keep(big.directory);
  }
  const contenders = [own(big.directory), ...known.map((each) => ({ ...each, prepare: change(big.directory) }))];
  const whole = compare('ingest again, big, 10 files changed', await measure(contenders, rounds), GOALS);
  const node = { name: 'node -e 0', run: () => shell('exec "$1" -e 0', [process.execPath]) };
  const changed = await measure([own(upper), node], rounds * 5);
  for (const { place } of [{ place: root }, { place: upper }, ...peers]) await removeRoot(place);
  await removeRoot(join(big.directory, 'changed'));
  return [...whole, ...compare('ingest of an upper, 10 files', changed, { 'node -e 0': within(15, 50) })];
}

function keepAgain({ name, needs, keep }: PeerStore, directory: string): StorePeer {
  return { name, needs, run: () => keep(directory) };
}

async function changeFiles(directory: string): Promise<void> {
  const changed = join(directory, 'changed');
  mkdirSync(changed, { recursive: true });
  for (let number = 0; number < FILES; number += 1) writeFileSync(join(changed, `${number}`), randomBytes(2000));
}
