import { join } from 'node:path';

import { measure } from '../measure.ts';
import { removeRoot } from '../root-files.ts';
import { makeOwnStore, type OwnStore } from '../store/own-store.ts';
import { git, nix, ostree, podmanStore, restic, type PeerStore } from '../store/peers.ts';
import { goalsOf, type RealTree } from '../store/real-trees.ts';
import { shell } from '../store/shell.ts';
import type { StoreFixture, StorePeer } from '../store/store-fixture.ts';
import { atMost, compare, type Judge, type Row } from '../verdict.ts';

const LIMITS = {
  'cp -a and sync': atMost(1, 1.25),
  'ostree commit': atMost(0.25, 0.33),
  'restic backup': atMost(0.25, 0.4),
  'podman import': atMost(0.08, 0.125),
};
const NIX: Readonly<Record<RealTree['name'], Judge>> = { min: atMost(1, 1.3), big: atMost(0.8) };

/** A directory that stays as it is, kept whole and durable in an empty store. */
export async function storeIngest(fixture: StoreFixture, rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const tree of [fixture.min, fixture.big]) {
    rows.push(...(await ingest(fixture, tree, { peers: [copy(fixture, tree)], rounds })));
    // Minutes each: what is many times as slow needs fewer rounds.
    const slow = [ostree, restic, nix, podmanStore, git].map((open) => keepIn(open(fixture.directory), tree));
    rows.push(...(await ingest(fixture, tree, { peers: slow, rounds: Math.ceil(rounds / 3) })));
  }
  return rows;
}

async function ingest(
  { directory, available }: StoreFixture,
  tree: RealTree,
  { peers, rounds }: { readonly peers: readonly StorePeer[]; readonly rounds: number },
): Promise<readonly Row[]> {
  const root = join(directory, 'store');
  let store: OwnStore | undefined;
  const own = {
    name: 'karapace',
    async prepare() {
      await removeRoot(root);
      store = await makeOwnStore(root);
      await shell('sync -f "$1"', [root]);
    },
    run: async () => store?.ask('ingest', { directory: tree.directory }),
  };
  const measured = await measure([own, ...available(peers)], rounds);
  await removeRoot(root);
  return compare(`ingest, ${tree.name}`, measured, { ...goalsOf(tree, LIMITS), 'nix-store --add': NIX[tree.name] });
}

function keepIn({ name, needs, init, keep, place }: PeerStore, { directory }: RealTree): StorePeer {
  return {
    name,
    needs,
    prepare: init,
    async run() {
      await keep(directory);
    },
    clean: () => removeRoot(place),
  };
}

function copy({ directory }: StoreFixture, tree: RealTree): StorePeer {
  const target = join(directory, 'copy');
  return {
    name: 'cp -a and sync',
    prepare: () => removeRoot(target),
    run: () => shell('cp -a "$1" "$2"; sync -f "$2"', [tree.directory, target]),
    clean: () => removeRoot(target),
  };
}
