import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { karapace } from '../../scripts/setup/workspace.js';
import { measure, summarise } from '../measure.ts';
import { removeRoot } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { makeOwnStore } from '../store/own-store.ts';
import { shell } from '../store/shell.ts';
import type { StoreFixture } from '../store/store-fixture.ts';
import { atMost, compare, noMore, type Row } from '../verdict.ts';

const COUNTS = [100_000, 1_000_000];
const GOALS = { 'rm -rf': atMost(1, 1.25) };
const MOST_MEMORY = 200;
/** Has Node say at its end how much memory it had at most: kilobytes. */
const TELL_PEAK = `data:text/javascript,process.on('exit',()=>process.stdout.write(process.resourceUsage().maxRSS+''))`;

/** `karapace gc` of objects that nothing needs, with Node's start, beside the removal of as many files. */
export async function storeGc({ directory }: StoreFixture, rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const [root, folder] = [join(directory, 'store'), join(directory, 'objects')];
  for (const [index, count] of COUNTS.entries()) {
    const peaks: number[] = [];
    const own = {
      name: 'karapace',
      async prepare() {
        await makeOwnStore(root);
        makeObjects(join(root, 'objects'), count);
        await shell('sync -f "$1"', [directory]);
      },
      run: async () => void peaks.push(await collect(root)),
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
    const group = `gc of ${count.toLocaleString('en')} objects`;
    const memory = summarise('karapace', peaks);
    const goal = noMore(memory.median, MOST_MEMORY);
    rows.push(...compare(group, measured, GOALS), {
      ...memory,
      group: `memory, ${group}`,
      unit: 'MB',
      ratio: null,
      goal,
    });
  }
  return rows;
}

/** Gives the most memory that it had: megabytes. */
async function collect(root: string): Promise<number> {
  const [node = '', ...rest] = karapace('--store', root, '--quiet', 'gc');
  const output = await runCommand([node, '--import', TELL_PEAK, ...rest], 'pipe');
  const peak = Number(output.trim().split('\n').at(-1));
  if (!(peak > 0)) throw new Error(`gc said \`${output}\` where its memory was to be`);
  return (peak * 1024) / 1e6;
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
