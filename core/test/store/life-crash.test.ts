import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { EnvIdentity, TreeDigest } from '../../src/contracts/ids.ts';
import type { Store } from '../../src/contracts/store.ts';
import { killTree } from './kill-tree.ts';
import { makePlace, openTestStore, removePlace, testIds } from './test-store.ts';

const KILLS = Number(process.env['KARAPACE_KILLS'] ?? 25);
const A = 'a'.repeat(64) as EnvIdentity;

let place: string;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => removePlace(place));

interface Told {
  readonly snapshots: Map<string, TreeDigest>;
  /** Whether the second environment has to be there; not known while it is made or destroyed. */
  second: boolean | undefined;
}

function note(event: Readonly<Record<string, unknown>>, told: Told): void {
  if (typeof event['snapshot'] === 'string') told.snapshots.set(event['snapshot'], event['tree'] as TreeDigest);
  if ('destroyed' in event) told.second = event['destroyed'] === true ? false : undefined;
  if ('built' in event) told.second = true;
  if ('destroying' in event) told.second = undefined;
}

async function workAndDie(root: string, milliseconds: number, told: Told): Promise<void> {
  const program = fileURLToPath(new URL('./life-program.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=karapace-source', program, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child.stdout, 'data');
  await setTimeout(milliseconds);
  killTree(child.pid ?? 0);
  await once(child, 'close');
  for (const line of text.split('\n').slice(0, -1)) note(JSON.parse(line) as Record<string, unknown>, told);
}

const directoriesOf = (root: string, id: string) =>
  fs.readdirSync(path.join(root, 'environments', id)).filter((name) => name.startsWith('gen-'));

async function checkStore(store: Store, root: string, told: Told): Promise<void> {
  const found = await store.environments.list();
  const [first, second] = [found.find(({ env_id }) => env_id === A), found.find(({ env_id }) => env_id !== A)];
  expect(['work', 'play']).toContain(first?.names.join());
  expect(directoriesOf(root, A)).toEqual([`gen-${first?.generation}`]);
  const isThere = second !== undefined;
  expect({ isThere, names: second?.names }).toEqual({
    isThere: told.second ?? isThere,
    names: isThere ? ['one', 'two'] : undefined,
  });
  const snapshots = new Map(
    (await store.environments.snapshots(A)).map((each) => [each.snapshot_id as string, each.tree]),
  );
  for (const [id, tree] of told.snapshots) expect(snapshots.get(id)).toBe(tree);
  expect(fs.readdirSync(path.join(root, 'journal'))).toEqual([]);
}

/** Restores a snapshot and looks whether it is what was committed. */
async function checkSnapshot(store: Store, [id, tree]: readonly [string, TreeDigest]): Promise<void> {
  await store.environments.mark(A, { frozen: false });
  await store.environments.restore(A, id);
  expect((await store.environments.commit(A, null)).snapshot.tree).toBe(tree);
}

it('a process that is killed at any moment leaves the old state or the new one, and nothing reported is lost', async () => {
  const root = path.join(place, 'store');
  const told: Told = { snapshots: new Map(), second: undefined };
  for (let round = 0; round < KILLS; round += 1) {
    await workAndDie(root, (round * 37) % 400, told);
    const store = await openTestStore(root);
    await checkStore(store, root, told);
    const last = [...told.snapshots].at(-1);
    if (last !== undefined) await checkSnapshot(store, last);
    await store.gc({});
    await checkStore(store, root, told);
    await store.close();
  }
  expect(told.snapshots.size).toBeGreaterThanOrEqual(KILLS);
  expect(await digestOf(root, testIds)).toBe([...told.snapshots.values()].at(-1));
}, 300_000);

/** Of what the first environment's generation holds. */
async function digestOf(root: string, ids: typeof testIds): Promise<TreeDigest> {
  const store = await openTestStore(root);
  const { generation } = await store.environments.get(A);
  const upper = path.join(root, 'environments', A, `gen-${generation}`, 'upper');
  const { digest } = await store.trees.ingest(upper, ids);
  await store.close();
  return digest;
}
