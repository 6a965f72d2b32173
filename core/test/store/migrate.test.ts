import { blake3 } from '@napi-rs/blake-hash';
import fs from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { EnvIdentity } from '../../src/contracts/ids.ts';
import type { Environment } from '../../src/contracts/environment-store.ts';
import { migrateStore } from '../../src/store/migrate-store.ts';
import { newer } from './newer-record.ts';
import { makeTestStore, openTestStore, testEnvironment } from './test-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let before: readonly Environment[];
beforeEach(async () => {
  fixture = await makeTestStore();
  await fixture.store.environments.put(testEnvironment('a', 'work'));
  await fixture.store.environments.put(testEnvironment('b', 'other'));
  before = await fixture.store.environments.list();
  fs.writeFileSync(inStore('environments', A, 'gen-1', 'upper', 'mine'), 'kept');
  before.forEach(makeFirst);
  fs.writeFileSync(inStore('format'), record('store', { store_id: fixture.store.id }));
  for (const name of ['journal', 'leases', 'damaged']) fs.rmdirSync(inStore(name));
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const A = 'a'.repeat(64) as EnvIdentity;
const inStore = (...names: string[]) => path.join(fixture.root, ...names);

/** A record as the first format wrote it. */
function record(kind: string, value: object): string {
  const body = `${JSON.stringify(value)}\n`;
  return `karapace ${kind} v1 ${blake3(body).toString('hex')}\n${body}`;
}

/** Makes an environment what the first format knew. */
function makeFirst({ env_id, project, created_at, built_at, lock, layers }: Environment): void {
  const home = (name: string) => inStore('environments', env_id, name);
  const value = { env_id, state: 'Built', project, created_at, built_at, lock, layers };
  fs.writeFileSync(home('metadata.json'), record('environment', value));
  fs.writeFileSync(home('current'), 'gen-1\n');
  for (const name of ['environment.json', 'lock.json', 'index.json']) fs.rmSync(home(name));
  fs.rmdirSync(home('snapshots'));
}

async function listed(): Promise<readonly Environment[]> {
  const store = await openTestStore(fixture.root);
  try {
    return await store.environments.list();
  } finally {
    await store.close();
  }
}

const listing = () => fs.readdirSync(fixture.root, { recursive: true, encoding: 'utf8' }).toSorted();

describe('a store of the first format', () => {
  it('is refused with the way out, and stays as it is', async () => {
    const names = listing();
    await expect(openTestStore(fixture.root)).rejects.toMatchObject({
      code: 'STORE_VERSION',
      hint: expect.stringContaining('karapace migrate') as unknown,
    });
    expect(listing()).toEqual(names);
  });

  it('is migrated with all that is in it', async () => {
    expect(await migrateStore(fixture.root)).toEqual({ from: 1, to: 2, environments: 2 });
    expect(await listed()).toEqual(before);
    expect(fs.readFileSync(inStore('environments', A, 'gen-1', 'upper', 'mine'), 'utf8')).toBe('kept');
    expect(fs.readdirSync(inStore('environments', A)).toSorted()).toEqual([
      'environment.json',
      'gen-1',
      'index.json',
      'lock',
      'lock.json',
      'snapshots',
    ]);
  });

  it('is migrated twice without harm', async () => {
    await migrateStore(fixture.root);
    const names = listing();
    expect(await migrateStore(fixture.root)).toEqual({ from: 2, to: 2, environments: 2 });
    expect(listing()).toEqual(names);
  });

  it('is migrated over what a stopped migration left', async () => {
    fs.mkdirSync(inStore('journal'));
    fs.mkdirSync(inStore('environments', A, 'snapshots'));
    fs.writeFileSync(inStore('environments', A, 'lock.json'), 'cut');
    await migrateStore(fixture.root);
    expect(await listed()).toEqual(before);
  });

  it('with one damaged record stays as it is', async () => {
    const file = inStore('environments', 'b'.repeat(64), 'metadata.json');
    fs.appendFileSync(file, ' ');
    const names = listing();
    await expect(migrateStore(fixture.root)).rejects.toMatchObject({ code: 'STORE_CORRUPT', place: { file } });
    expect(listing()).toEqual(names);
  });
});

it.each([
  ['newer', newer('store', {}), 'STORE_VERSION'],
  ['unknown', 'what', 'STORE_VERSION'],
  ['damaged', 'karapace store v1 '.padEnd(82, '0') + '\n{}\n', 'STORE_CORRUPT'],
])('a store whose format is %s is not migrated', async (_what, text, code) => {
  fs.writeFileSync(inStore('format'), text);
  fs.rmSync(inStore('locks', '.environments'));
  const names = listing();
  await expect(migrateStore(fixture.root)).rejects.toMatchObject({ code });
  expect(listing()).toEqual(names);
});

it.each([['with nothing in it'], ['with other things in it', 'photo']])(
  'a directory %s is no store, and stays as it is',
  async (_what, ...files) => {
    const root = path.join(fixture.place, 'other');
    fs.mkdirSync(root);
    for (const name of files) fs.writeFileSync(path.join(root, name), '');
    await expect(migrateStore(root)).rejects.toMatchObject({ code: 'STORE_VERSION' });
    expect(fs.readdirSync(root)).toEqual(files);
  },
);
