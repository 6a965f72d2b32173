import { join } from 'node:path';

import { measure } from '../measure.ts';
import { removeRoot } from '../root-files.ts';
import { makeOwnStore } from '../store/own-store.ts';
import { ostree } from '../store/peers.ts';
import { goalsOf } from '../store/real-trees.ts';
import { shell } from '../store/shell.ts';
import type { StoreFixture, StorePeer } from '../store/store-fixture.ts';
import { atMost, compare, type Row } from '../verdict.ts';

const GOALS = { 'ostree checkout -H and sync': atMost(0.8, 1.1), 'cp -al and sync': atMost(1.1, 1.5) };

/** A directory of hard links that holds a tree which the store has. */
export async function storeCheckout({ directory, min, big, available }: StoreFixture, rounds: number) {
  const rows: Row[] = [];
  for (const tree of [min, big]) {
    const [root, built, target] = ['store', 'built', 'copy'].map((each) => join(directory, each)) as [
      string,
      string,
      string,
    ];
    const store = await makeOwnStore(root);
    await shell('cp -a "$1" "$2"; sync -f "$2"', [tree.directory, built]);
    const { output } = await store.ask('consume', { directory: built });
    const own = {
      name: 'karapace',
      prepare: () => shell('rm -rf "$1"/checkouts/*; sync -f "$1"', [root]),
      run: () => store.ask('checkout', { tree: output.digest }),
    };
    const other = ostree(directory);
    const known = available([{ name: '', needs: other.needs, run: async () => undefined }]).length > 0;
    if (known) await other.init().then(() => other.keep(tree.directory));
    const clean = () => removeRoot(target);
    const peers: readonly StorePeer[] = [
      {
        name: 'ostree checkout -H and sync',
        needs: 'ostree',
        run: () => shell('ostree --repo="$1" checkout -H bench "$2"; sync -f "$2"', [other.place, target]),
        clean,
      },
      {
        name: 'cp -al and sync',
        run: () => shell('cp -al "$1" "$2"; sync -f "$2"', [tree.directory, target]),
        clean,
      },
    ];
    rows.push(
      ...compare(`checkout, ${tree.name}`, await measure([own, ...available(peers)], rounds), goalsOf(tree, GOALS)),
    );
    await removeRoot(root);
    await removeRoot(other.place);
  }
  return rows;
}
