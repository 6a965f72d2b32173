import { join } from 'node:path';

import { measure } from '../measure.ts';
import { removeRoot } from '../root-files.ts';
import { makeOwnStore, type OwnStore } from '../store/own-store.ts';
import { goalsOf } from '../store/real-trees.ts';
import { shell } from '../store/shell.ts';
import type { StoreFixture, StorePeer } from '../store/store-fixture.ts';
import { atMost, compare, type Row } from '../verdict.ts';

const GOALS = { 'cp -a and sync': atMost(0.5, 0.75), 'b3sum of the files': atMost(1.4, 2.2) };

/** The output of a build, which becomes a tree of the store and its checkout without being copied. */
export async function storeConsume({ directory, min, big, available }: StoreFixture, rounds: number) {
  const rows: Row[] = [];
  for (const tree of [min, big]) {
    const { name, directory: source } = tree;
    const [root, built, target] = ['store', 'built', 'copy'].map((each) => join(directory, each)) as [
      string,
      string,
      string,
    ];
    let store: OwnStore | undefined;
    const own = {
      name: 'karapace',
      async prepare() {
        store = await makeOwnStore(root);
        await shell('cp -a "$1" "$2"; sync -f "$2"', [source, built]);
      },
      run: async () => store?.ask('consume', { directory: built }),
      clean: () => removeRoot(root),
    };
    const copy = {
      name: 'cp -a and sync',
      run: () => shell('cp -a "$1" "$2"; sync -f "$2"', [source, target]),
      clean: () => removeRoot(target),
    };
    const peers: readonly StorePeer[] = [copy, hashAll('b3sum of the files', source)];
    rows.push(
      ...compare(
        `ingest by consuming, ${name}`,
        await measure([own, ...available(peers)], rounds),
        goalsOf(tree, GOALS),
      ),
    );
  }
  return rows;
}

/** One thread, one call: how fast the bytes can be hashed. */
export function hashAll(name: string, directory: string): StorePeer {
  const script = 'find "$1" -type f -print0 | xargs -0 b3sum --num-threads 1';
  return { name, needs: 'b3sum', run: () => shell(script, [directory]) };
}
