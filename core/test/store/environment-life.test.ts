import fs from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { EnvIdentity } from '../../src/contracts/ids.ts';
import type { Environment } from '../../src/contracts/environment-store.ts';
import type { Store } from '../../src/contracts/store.ts';
import { makeFeatureTree, makeTestStore, runInIdSpace, testEnvironment } from './test-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
let environment: Environment;
beforeEach(async () => {
  fixture = await makeTestStore();
  store = fixture.store;
  environment = await store.environments.put(testEnvironment('a', 'work'));
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const A = 'a'.repeat(64) as EnvIdentity;
const upper = () => path.join(fixture.root, 'environments', A, `gen-${environment.generation}`, 'upper');
const write = (name: string, text: string) => fs.writeFileSync(path.join(upper(), name), text);
const shown = () =>
  fs.readdirSync(path.join(fixture.root, 'environments', A)).filter((name) => name.startsWith('gen-'));
const again = async () => (environment = await store.environments.get('work'));

describe('a rebuilt environment', () => {
  it('begins an empty generation, and the old one goes', async () => {
    write('mine', 'x');
    environment = await store.environments.put({ ...testEnvironment('a', undefined), fresh: true });
    expect(environment).toMatchObject({ generation: 2, names: ['work'] });
    expect(shown()).toEqual(['gen-2']);
    expect(fs.readdirSync(upper())).toEqual([]);
  });

  it('keeps what it had while a session lives', async () => {
    write('mine', 'x');
    await using _session = await store.environments.open(A);
    await expect(store.environments.put({ ...testEnvironment('a', undefined), fresh: true })).rejects.toMatchObject({
      code: 'ENVIRONMENT_BUSY',
    });
    await again();
    expect(fs.readdirSync(upper())).toEqual(['mine']);
  });
});

describe('a name', () => {
  it('is replaced by another', async () => {
    const renamed = await store.environments.rename(A, { from: 'work', to: 'play' });
    expect(renamed.names).toEqual(['play']);
    await expect(store.environments.get('work')).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
  });

  it('is added where none is given up', async () => {
    expect((await store.environments.rename(A, { from: undefined, to: 'also' })).names).toEqual(['also', 'work']);
  });

  it('of another environment is taken, and nothing changes', async () => {
    await store.environments.put(testEnvironment('b', 'play'));
    await expect(store.environments.rename(A, { from: 'work', to: 'play' })).rejects.toMatchObject({
      code: 'NAME_TAKEN',
    });
    expect((await again()).names).toEqual(['work']);
    expect((await store.environments.get('play')).env_id).toBe('b'.repeat(64));
  });

  it('that means another environment by now is not replaced', async () => {
    await store.environments.put(testEnvironment('b', 'work'));
    await expect(store.environments.rename(A, { from: 'work', to: 'play' })).rejects.toMatchObject({
      code: 'ENVIRONMENT_NOT_FOUND',
    });
  });

  it.each(['', '.', '..', '-rf', 'a/b', 'ünder', 'deadbeef', 'x'.repeat(65)])('is never `%s`', async (to) => {
    await expect(store.environments.rename(A, { from: 'work', to })).rejects.toMatchObject({ code: 'NAME_INVALID' });
    expect((await again()).names).toEqual(['work']);
  });

  it('that two ask for at once goes to exactly one', async () => {
    await store.environments.put(testEnvironment('b', 'other'));
    const B = 'b'.repeat(64) as EnvIdentity;
    const results = await Promise.allSettled([
      store.environments.rename(A, { from: 'work', to: 'both' }),
      store.environments.rename(B, { from: 'other', to: 'both' }),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const all = await store.environments.list();
    expect(all.flatMap(({ names }) => names)).toHaveLength(2);
  });
});

describe('a mark', () => {
  it('has its inverse, and comes twice without harm', async () => {
    const mark = (change: Parameters<Store['environments']['mark']>[1]) => store.environments.mark(A, change);
    expect((await mark({ frozen: true })).state).toBe('Frozen');
    expect((await mark({ frozen: true })).state).toBe('Frozen');
    expect((await mark({ archived: true })).state).toBe('Archived');
    expect((await mark({ archived: false })).state).toBe('Frozen');
    expect((await mark({ frozen: false })).state).toBe('Built');
  });

  it('stays when the environment is built again', async () => {
    await store.environments.mark(A, { archived: true });
    expect((await store.environments.put(testEnvironment('a', undefined))).state).toBe('Archived');
  });

  it('refuses what it is there to refuse', async () => {
    const fresh = { ...testEnvironment('a', undefined), fresh: true };
    await store.environments.mark(A, { frozen: true });
    await expect(store.environments.put(fresh)).rejects.toMatchObject({ code: 'ENVIRONMENT_FROZEN' });
    await store.environments.mark(A, { archived: true });
    await expect(store.environments.put(fresh)).rejects.toMatchObject({ code: 'ENVIRONMENT_ARCHIVED' });
    await expect(store.environments.open(A)).rejects.toMatchObject({ code: 'ENVIRONMENT_ARCHIVED' });
    await expect(store.environments.commit(A, null)).rejects.toMatchObject({ code: 'ENVIRONMENT_ARCHIVED' });
  });
});

describe('a snapshot', () => {
  const digest = async () => (await store.environments.commit(A, null)).snapshot.tree;

  it('leaves the environment as it is', async () => {
    write('mine', 'x');
    fs.utimesSync(path.join(upper(), 'mine'), 1.5, 1.5);
    const before = fs.lstatSync(path.join(upper(), 'mine'), { bigint: true });
    const { snapshot, isNew } = await store.environments.commit(A, 'first');
    expect(isNew).toBe(true);
    expect(snapshot).toMatchObject({ message: 'first', bytes: 1, layers: [] });
    const after = fs.lstatSync(path.join(upper(), 'mine'), { bigint: true });
    expect([after.ino, after.nlink, after.mtimeNs]).toEqual([before.ino, 1n, before.mtimeNs]);
    expect(await store.environments.snapshots(A)).toEqual([snapshot]);
  });

  it('of the same content is the same', async () => {
    write('mine', 'x');
    const first = await store.environments.commit(A, 'first');
    const second = await store.environments.commit(A, 'second');
    expect(second).toMatchObject({ isNew: false, snapshot: first.snapshot });
  });

  it('that is restored is equal to what was committed', async () => {
    write('mine', 'x');
    const removed = path.join(upper(), 'gone');
    runInIdSpace('mknod', removed, 'c', '0', '0');
    runInIdSpace('chmod', '000', path.join(upper(), 'mine'));
    const { snapshot } = await store.environments.commit(A, null);
    write('later', 'y');
    fs.rmSync(removed);
    const restored = await store.environments.restore(A, snapshot.snapshot_id.slice(0, 8));
    environment = restored.environment;
    expect(environment.generation).toBe(2);
    expect(fs.readdirSync(upper()).toSorted()).toEqual(['gone', 'mine']);
    expect(await digest()).toBe(snapshot.tree);
    expect(shown()).toEqual(['gen-2']);
  });

  it('holds times to the nanosecond, and everything else that a file system can hold', async () => {
    const files = path.join(upper(), 'files');
    fs.mkdirSync(files);
    makeFeatureTree(files);
    runInIdSpace('touch', '-d', '@1700000000.123456789', path.join(files, 'su'));
    runInIdSpace('touch', '-d', '@-5.5', path.join(files, 'a-b'));
    runInIdSpace('touch', '-h', '-d', '@1.000000001', path.join(files, 'dangling'));
    const { snapshot } = await store.environments.commit(A, null);
    environment = (await store.environments.restore(A, snapshot.snapshot_id)).environment;
    expect(runInIdSpace('stat', '-c', '%.9Y', path.join(upper(), 'files', 'su'))).toBe('1700000000.123456789\n');
    expect(runInIdSpace('stat', '-c', '%.9Y', path.join(upper(), 'files', 'a-b'))).toBe('-5.500000000\n');
    expect(await digest()).toBe(snapshot.tree);
  });

  it('over a restored one holds both', async () => {
    write('one', '1');
    const { snapshot } = await store.environments.commit(A, null);
    environment = (await store.environments.restore(A, snapshot.snapshot_id)).environment;
    write('two', '2');
    const both = await store.environments.commit(A, null);
    const names = await store.trees.names(both.snapshot.tree);
    expect([names.has('/one'), names.has('/two')]).toEqual([true, true]);
  });

  it('that nobody made is not found, and changes nothing', async () => {
    write('mine', 'x');
    await store.environments.commit(A, null);
    await expect(store.environments.restore(A, 'f'.repeat(64))).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
    await expect(store.environments.restore(A, '../..')).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
    expect(fs.readdirSync(upper())).toEqual(['mine']);
  });

  it('is neither made nor restored while a session lives', async () => {
    const { snapshot } = await store.environments.commit(A, null);
    await using _session = await store.environments.open(A);
    await expect(store.environments.commit(A, null)).rejects.toMatchObject({ code: 'ENVIRONMENT_BUSY' });
    await expect(store.environments.restore(A, snapshot.snapshot_id)).rejects.toMatchObject({
      code: 'ENVIRONMENT_BUSY',
    });
  });
});
