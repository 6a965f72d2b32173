import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { LayerKey, TreeDigest } from '../../src/contracts/ids.ts';
import type { Store } from '../../src/contracts/store.ts';
import { childrenOf, kill } from './kill-tree.ts';
import { makePlace, openTestStore, removePlace, runInIdSpace, storeProgram, testIds } from './test-store.ts';

const KILLS = 25;

let place: string;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => removePlace(place));

interface Told {
  readonly layers: Map<string, string>;
  readonly built: Set<string>;
  readonly destroying: Set<string>;
}

/** Lets a process work on the store for a while, then kills it and its helper, and gathers what it had reported. */
async function workAndDie(root: string, milliseconds: number, told: Told): Promise<void> {
  const child = spawn(process.execPath, storeProgram('churn', root), { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  // Every third dies while it opens the store; the others after they have reported something.
  if (milliseconds % 3 !== 0) await once(child.stdout, 'data');
  await setTimeout(milliseconds);
  const { pid } = child;
  if (pid === undefined) throw new Error('the program did not start');
  kill(pid, 'SIGSTOP');
  // The helper goes first in every other round: both orders happen.
  const family = [...childrenOf(pid), pid];
  for (const each of milliseconds % 2 === 0 ? family : family.toReversed()) kill(each);
  await once(child, 'close');
  for (const line of text.split('\n').slice(0, -1)) note(JSON.parse(line) as Record<string, string>, told);
}

function note({ layer, tree, built, destroying }: Record<string, string>, told: Told): void {
  if (layer !== undefined && tree !== undefined) told.layers.set(layer, tree);
  if (built !== undefined) told.built.add(built);
  if (destroying !== undefined) told.destroying.add(destroying);
}

async function checkStore(store: Store, told: Told): Promise<void> {
  const listed = new Map((await store.environments.list()).map(({ env_id, names }) => [env_id as string, names]));
  const lost = [...told.built].filter((id) => !listed.has(id) && !told.destroying.has(id));
  const misnamed = [...told.built].filter((id) => listed.get(id)?.includes(`n-${id.slice(0, 16)}`) === false);
  // A destruction that was cut takes the name first.
  expect({ lost, misnamed: misnamed.filter((id) => !told.destroying.has(id)) }).toEqual({ lost: [], misnamed: [] });
  for (const [key, tree] of told.layers) {
    expect(await store.layers.find(key as LayerKey)).toMatchObject({ tree });
    const checkout = await store.trees.checkout(tree as TreeDigest, testIds);
    expect(fs.readdirSync(checkout)).toHaveLength(41);
  }
}

describe('a process that is killed', () => {
  it(`at any of ${KILLS} moments leaves whole things, all that it had reported, and nothing behind`, async () => {
    const root = path.join(place, 'store');
    const told: Told = { layers: new Map(), built: new Set(), destroying: new Set() };
    for (let round = 0; round < KILLS; round += 1) {
      await workAndDie(root, Math.floor(Math.random() * 400), told);
      const store = await openTestStore(root);
      await checkStore(store, told);
      await store.close();
      await waitUntilSwept(root);
    }
    expect(told.built.size).toBeGreaterThan(0);
    await checkEveryCheckout(root);
  }, 240_000);
});

/** What the kernel has not yet ended counts as living, so a sweep may come too early. */
async function waitUntilSwept(root: string): Promise<void> {
  for (let look = 0; look < 500; look += 1) {
    const store = await openTestStore(root);
    await store.cache('any');
    await store.close();
    if (fs.readdirSync(path.join(root, 'tmp')).length === 0) return;
    await setTimeout(10);
  }
  expect(fs.readdirSync(path.join(root, 'tmp'))).toEqual([]);
}

/** Takes every checkout away and has it made again: that verifies all of its objects. */
async function checkEveryCheckout(root: string): Promise<void> {
  const store = await openTestStore(root);
  const checkouts = fs.readdirSync(path.join(root, 'checkouts')) as TreeDigest[];
  runInIdSpace('sh', '-c', 'rm -rf "$1"/checkouts/*', 'sh', root);
  for (const tree of checkouts) await store.trees.checkout(tree, testIds);
  await store.close();
}
