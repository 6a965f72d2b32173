import { ftruncateSync, closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { summarise } from '../measure.ts';
import { removeRoot } from '../root-files.ts';
import { makeOwnStore } from '../store/own-store.ts';
import type { StoreFixture } from '../store/store-fixture.ts';
import { noMore, type Row } from '../verdict.ts';

const MB = 1_000_000;
const LARGE = 10_000 * MB;
/** So much of the large file is no hole. */
const PIECES = 64;

/** The most memory that the process needs which keeps a directory: resident megabytes. */
export async function storeMemory({ directory, big }: StoreFixture, rounds: number): Promise<readonly Row[]> {
  const large = join(directory, 'large');
  makeLargeFile(large);
  const root = join(directory, 'store');
  const rows: Row[] = [];
  for (const [name, source] of [
    ['84 thousand entries', big.directory],
    ['one file of 10 GB', large],
  ] as const) {
    const peaks: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const store = await makeOwnStore(root);
      peaks.push((await store.ask('ingest', { directory: source })).peak / MB);
      await removeRoot(root);
    }
    const summary = summarise('karapace', peaks);
    rows.push({
      ...summary,
      group: `memory, ${name}`,
      unit: 'MB',
      ratio: null,
      goal: noMore(summary.median, 150, 250),
    });
  }
  await removeRoot(large);
  return rows;
}

function makeLargeFile(directory: string): void {
  mkdirSync(directory);
  const file = openSync(join(directory, 'large'), 'w');
  for (let piece = 0; piece < PIECES; piece += 1) {
    writeSync(file, randomBytes(MB), 0, MB, Math.floor((piece * LARGE) / PIECES));
  }
  ftruncateSync(file, LARGE);
  closeSync(file);
}
