import { join } from 'node:path';

import { karapace } from '../../scripts/setup/workspace.js';
import { measure } from '../measure.ts';
import { removeRoot } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { makeOwnStore } from '../store/own-store.ts';
import { ostree, restic, RESTIC, type PeerStore } from '../store/peers.ts';
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
export async function storeVerify({ directory, big, available }: StoreFixture, rounds: number) {
  const root = join(directory, 'store');
  const store = await makeOwnStore(root);
  await store.ask('ingest', { directory: big.directory });
  const own = {
    name: 'karapace',
    run: () => runCommand(karapace('--store', root, '--quiet', 'verify-store')),
  };
  const [trees, backups] = [ostree(directory), restic(directory)];
  const slow: readonly StorePeer[] = [
    check(trees, 'ostree fsck', () => shell('ostree --repo="$1" fsck --quiet', [trees.place])),
    check(backups, 'restic check --read-data', () =>
      shell('restic --quiet --no-cache --repo "$1" check --read-data', [backups.place], RESTIC),
    ),
  ];
  const rows: Row[] = [];
  const hash = available([hashAll('b3sum of the objects', join(root, 'objects'))]);
  rows.push(...compare('verify, big', await measure([own, ...hash], rounds * 2), GOALS));
  const known = available(slow);
  for (const peer of [trees, backups].filter(({ needs }) => known.some((each) => each.needs === needs))) {
    await peer.init();
    await peer.keep(big.directory);
  }
  rows.push(...compare('verify, big', await measure([own, ...known], Math.ceil(rounds / 3)), GOALS));
  for (const place of [root, trees.place, backups.place]) await removeRoot(place);
  return rows;
}

function check({ needs }: PeerStore, name: string, run: () => Promise<void>): StorePeer {
  return { name, needs, run };
}
