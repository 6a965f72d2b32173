import fs from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { LayerKey } from '../../src/contracts/ids.ts';
import type { KeptLog, Store } from '../../src/contracts/store.ts';
import { makeLayer, pastTheClock, environmentOf } from './gc/gc-store.ts';
import { makeTestStore } from './test-store.ts';

const KEY = 'a'.repeat(64) as LayerKey;

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
let lost: string[];
beforeEach(async () => {
  fixture = await makeTestStore();
  ({ store } = fixture);
  lost = [];
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const begin = (key: LayerKey = KEY) => store.logs.begin(key, (reason) => void lost.push(reason));

async function textOf(log: KeptLog | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of log?.read() ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

it('a log is there from when it is kept, and takes the place of the one before', async () => {
  const first = await begin();
  first.write('one');
  first.write('two');

  expect(await store.logs.find(KEY)).toBeUndefined();
  expect(first.keep()).toBe(true);
  expect(await textOf(await store.logs.find(KEY))).toBe('one\ntwo\n');
  const second = await begin();
  second.write('three');
  second.keep();
  expect(await textOf(await store.logs.find(KEY))).toBe('three\n');
  expect((await store.logs.list()).map(({ key }) => key)).toEqual([KEY]);
});

it('steps that print nothing have no log, whatever was printed before', async () => {
  const first = await begin();
  first.write('old');
  first.keep();

  expect((await begin()).keep()).toBe(false);
  expect(await store.logs.find(KEY)).toBeUndefined();
});

it('of what is too long, the beginning and the end are kept', async () => {
  const log = await begin();
  const line = 'x'.repeat(1023);
  for (let count = 0; count < 20 * 1024; count += 1) log.write(line);
  log.write('the reason');
  log.keep();

  const found = await store.logs.find(KEY);
  expect(found?.bytes).toBeLessThan(17 * 1024 * 1024);
  const text = await textOf(found);
  expect(text.startsWith(`${line}\n`)).toBe(true);
  expect(text.endsWith(`${line}\nthe reason\n`)).toBe(true);
  expect(text).toMatch(/^\[… \d+ characters are left out here …\]$/mu);
});

it('where nothing can be written the reason is told once, and nothing is thrown', async () => {
  const log = await begin();
  fs.writeFileSync(path.join(store.root, 'cache', 'logs'), 'in the way');

  log.write('one');
  expect(log.keep()).toBe(false);
  log.write('two');

  expect(log.keep()).toBe(false);
  expect(lost).toEqual([expect.stringContaining('cache/logs')]);
  expect(await store.logs.list()).toEqual([]);
});

it('a link in the place of a log is not followed', async () => {
  const log = await begin();
  log.write('one');
  log.keep();
  const file = (await store.logs.find(KEY))?.file ?? '';
  fs.rmSync(file);
  fs.symlinkSync('/etc/hostname', file);

  expect(await store.logs.find(KEY)).toBeUndefined();
  expect(await store.logs.list()).toEqual([]);
});

it('gc takes the logs of layers that go and of builds that failed, and no other', async () => {
  const kept = await makeLayer(store, 'kept', { a: 'stays' });
  const gone = await makeLayer(store, 'gone', { b: 'goes' });
  await store.environments.put(environmentOf('a', 'work', [kept]));
  for (const key of [kept.key, gone.key, KEY]) {
    const log = await begin(key);
    log.write('output');
    log.keep();
  }
  await pastTheClock();

  await store.gc({ dryRun: true });
  expect(await store.logs.list()).toHaveLength(3);
  await store.gc({});

  expect((await store.logs.list()).map(({ key }) => key)).toEqual([kept.key]);
});
