import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { LayerKey, TreeDigest } from '../../../src/contracts/ids.ts';
import type { Store } from '../../../src/contracts/store.ts';
import { makePlace, openTestStore, removePlace, runInIdSpace, testIds } from '../test-store.ts';
import { contentOf, environmentOf, gcProgram, idOf, makeLayer, pastTheClock } from './gc-store.ts';

let place: string;
let root: string;
beforeEach(() => {
  place = makePlace();
  root = path.join(place, 'store');
});
afterEach(() => removePlace(place));

interface Builder {
  readonly child: ChildProcess;
  /** What it said and what went wrong. */
  readonly said: () => string;
  readonly end: () => Promise<number | null>;
}

function startBuilder(digit: string): Builder {
  const child = spawn(process.execPath, gcProgram('build', root, digit), { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    child,
    said: () => said,
    async end() {
      child.stdin.end();
      return (await closed)[0];
    },
  };
}

it('takes nothing that one of three builders needs, and in the end all that none needs', async () => {
  const store = await openTestStore(root);
  await store.cache('any');
  const builders = ['1', '2', '3'].map(startBuilder);
  let taken = 0;
  const wantedRounds = () => builders.some(({ said }) => said().split('\n').length < 25);
  while (wantedRounds() && builders.every(({ child }) => child.exitCode === null)) {
    const { layers, objects } = await store.gc({}).catch(ignoreBusy);
    taken += layers.length + objects;
    await setTimeout(20);
  }
  for (const builder of builders) expect([await builder.end(), builder.said()]).toEqual([0, allRounds]);
  expect(taken).toBeGreaterThan(100);

  const needed = (await store.environments.list()).flatMap((environment) => environment.layers);
  await pastTheClock();
  await store.gc({});
  expect(new Set(fs.readdirSync(path.join(root, 'layers')))).toEqual(new Set(needed.map(({ key }) => key)));
  await checkEverything(store);
  await store.close();
}, 240_000);

const allRounds = expect.stringMatching(/^(\{"round":\d+\}\n)+$/) as string;

/** Three builders can leave no quiet moment: then nothing was lost either. */
function ignoreBusy(error: unknown): { readonly layers: readonly unknown[]; readonly objects: number } {
  if (error instanceof Error && 'code' in error && error.code === 'STORE_BUSY') return { layers: [], objects: 0 };
  throw error;
}

it('leaves nothing dangling when it is killed, and is finished by the next one', async () => {
  const store = await openTestStore(root);
  const kept = await makeLayer(store, 'kept', { kept: 'stays', common: 'is in all' });
  await store.environments.put(environmentOf('1', 'one', [kept]));
  const hit = new Set<string>();
  for (let round = 0; round < 12; round += 1) {
    for (let layer = 0; layer < 3; layer += 1) await makeLayer(store, `lost-${layer}`, garbage(round, layer));
    await store.environments.put(environmentOf('2', undefined, []));
    await pastTheClock();
    hit.add(await collectAndKill(round * 4));
    await checkEverything(store);
  }
  // Some were hit before the end, some after the beginning.
  expect([...hit].some((how) => how !== 'done')).toBe(true);
  await pastTheClock();
  await store.gc({});
  expect((await store.environments.list()).map(({ env_id }) => env_id)).toEqual([idOf('1')]);
  const files = contentOf(root).filter((line) => /^(objects|trees)\/\w\w\/|^layers/.test(line));
  expect(files).toHaveLength(4);
  await store.close();
}, 240_000);

function garbage(round: number, layer: number): Readonly<Record<string, string>> {
  const files = Array.from({ length: 400 }, (_, index) => [`${index}`, `${round} ${layer} ${index}`] as const);
  return { ...Object.fromEntries(files), common: 'is in all' };
}

/** Gives how far it came. */
async function collectAndKill(milliseconds: number): Promise<string> {
  const child = spawn(process.execPath, gcProgram('collect', root), { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child.stdout, 'data');
  await setTimeout(milliseconds);
  child.kill('SIGKILL');
  await once(child, 'close');
  return said.includes('done') ? 'done' : `killed after ${milliseconds} ms`;
}

/** Every layer is whole, and every tree that has a record can be made again from its objects. */
async function checkEverything(store: Store): Promise<void> {
  for (const key of fs.readdirSync(path.join(root, 'layers')))
    expect(await store.layers.find(key as LayerKey)).toBeDefined();
  runInIdSpace('sh', '-c', 'rm -rf "$1"/checkouts/*', 'sh', root);
  const trees = fs.readdirSync(path.join(root, 'trees'), { recursive: true, encoding: 'utf8' });
  for (const tree of trees.filter((name) => name.includes('/')))
    await store.trees.checkout(tree.replace('/', '') as TreeDigest, testIds);
  for (const { env_id } of await store.environments.list())
    await (await store.environments.open(env_id))[Symbol.asyncDispose]();
}

it.each([
  ['bytes', 'size=6m'],
  ['inodes', 'size=60m,nr_inodes=900'],
])('needs no %s', (_what, options) => {
  const isRoot = process.getuid?.() === 0;
  const script = 'mount -t tmpfs -o "$1" none "$2" && cd "$2" && shift 2 && exec "$@"';
  const user = isRoot ? [] : ['--user', '--map-root-user'];
  const program = [process.execPath, ...gcProgram('full', root)];
  const output = execFileSync('unshare', [...user, '--mount', 'sh', '-c', script, 'sh', options, place, ...program], {
    encoding: 'utf8',
    env: { ...process.env, USER: 'nobody' },
  });
  expect(output.trim().split('\n')).toEqual(['"ENOSPC"', '{"environments":1,"layers":1,"objects":40}']);
});
