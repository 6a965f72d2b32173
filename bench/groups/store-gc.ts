import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { karapace } from '../../scripts/setup/workspace.js';
import { measure } from '../measure.ts';
import { removeRoot } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { makeOwnStore } from '../store/own-store.ts';
import { shell } from '../store/shell.ts';
import type { StoreFixture } from '../store/store-fixture.ts';
import { atMost, compare, type Row } from '../verdict.ts';

const COUNTS = [100_000, 1_000_000];
const GOALS = { 'rm -rf': atMost(1, 1.25) };

/** `karapace gc` of objects that nothing needs, with Node's start, beside the removal of as many files. */
export async function storeGc({ directory }: StoreFixture, rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const [root, folder] = [join(directory, 'store'), join(directory, 'objects')];
  for (const [index, count] of COUNTS.entries()) {
    const own = {
      name: 'karapace',
      async prepare() {
        await makeOwnStore(root);
        makeObjects(join(root, 'objects'), count);
        await shell('sync -f "$1"', [directory]);
      },
      run: () => runCommand(karapace('--store', root, '--quiet', 'gc')),
      clean: () => removeRoot(root),
    };
    const peer = {
      name: 'rm -rf',
      async prepare() {
        makeObjects(folder, count);
        await shell('sync -f "$1"', [directory]);
      },
      run: () => removeRoot(folder),
    };
    const measured = await measure([own, peer], index === 0 ? rounds : 1);
    rows.push(...compare(`gc of ${count.toLocaleString('en')} objects`, measured, GOALS));
  }
  return rows;
}

/** Bytes that are not those of their names: gc does not read them. */
function makeObjects(directory: string, count: number): void {
  for (let shard = 0; shard < 256; shard += 1) {
    mkdirSync(join(directory, shard.toString(16).padStart(2, '0')), { recursive: true });
  }
  for (let number = 0; number < count; number += 1) {
    const name = randomBytes(32).toString('hex');
    writeFileSync(`${directory}/${name.slice(0, 2)}/${name.slice(2)}.644.0.0`, 'x');
  }
}
