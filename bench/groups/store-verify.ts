import { join } from 'node:path';

import { karapace } from '../../scripts/setup/workspace.js';
import { measure, type Contender } from '../measure.ts';
import { removeRoot } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { makeOwnStore } from '../store/own-store.ts';
import { ostree, restic, RESTIC, type PeerStore } from '../store/peers.ts';
import { goalsOf, type RealTree } from '../store/real-trees.ts';
import { shell } from '../store/shell.ts';
import type { StoreFixture, StorePeer } from '../store/store-fixture.ts';
import { atMost, compare, type Row } from '../verdict.ts';
import { hashAll } from './store-consume.ts';

const GOALS = {
  'b3sum of the objects': atMost(0.7, 1),
  'ostree fsck': atMost(0.05, 0.1),
  'restic check --read-data': atMost(0.17, 0.25),
};

/** Whether every object of a store is what was written, from memory: `karapace verify-store`, with Node's start. */
export async function storeVerify(fixture: StoreFixture, rounds: number): Promise<readonly Row[]> {
  const small = await verifyBesideHash(fixture, fixture.min, rounds * 2);
  const large = await verifyBesideHash(fixture, fixture.big, rounds * 2);
  return [...small, ...large, ...(await verifyBesideStores(fixture, Math.ceil(rounds / 3)))];
}

async function verifyBesideHash({ directory, available }: StoreFixture, tree: RealTree, rounds: number) {
  const root = join(directory, 'store');
  const own = await ownVerify(root, tree);
  const hash = available([hashAll('b3sum of the objects', join(root, 'objects'))]);
  const measured = await measure([own, ...hash], rounds);
  await removeRoot(root);
  return compare(`verify, ${tree.name}`, measured, goalsOf(tree, GOALS));
}

async function verifyBesideStores({ directory, big, available }: StoreFixture, rounds: number) {
  const root = join(directory, 'store');
  const own = await ownVerify(root, big);
  const [trees, backups] = [ostree(directory), restic(directory)];
  const known = available([
    check(trees, 'ostree fsck', () => shell('ostree --repo="$1" fsck --quiet', [trees.place])),
    check(backups, 'restic check --read-data', () =>
      shell('restic --quiet --no-cache --repo "$1" check --read-data', [backups.place], RESTIC),
    ),
  ]);
  for (const peer of [trees, backups].filter(({ needs }) => known.some((each) => each.needs === needs))) {
    await peer.init();
    await peer.keep(big.directory);
  }
  const rows = compare('verify, big', await measure([own, ...known], rounds), GOALS);
  for (const place of [root, trees.place, backups.place]) await removeRoot(place);
  return rows;
}

async function ownVerify(root: string, { directory }: RealTree): Promise<Contender> {
  const store = await makeOwnStore(root);
  await store.ask('ingest', { directory });
  return { name: 'karapace', run: () => runCommand(karapace('--store', root, '--quiet', 'verify-store')) };
}

function check({ needs }: PeerStore, name: string, run: () => Promise<void>): StorePeer {
  return { name, needs, run };
}
