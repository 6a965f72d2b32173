import fs from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { EnvIdentity } from '../../src/contracts/ids.ts';
import type { Store } from '../../src/contracts/store.ts';
import { isStep } from '../../src/store/journal/step.ts';
import { encodeRecord } from '../../src/store/record.ts';
import { openRepair } from '../../src/store/repair/open-repair.ts';
import { lookAtStore } from '../../src/store/verify/verify-store.ts';
import { makeTestStore, openTestStore, testEnvironment, testIds, testIdSpace } from './test-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
beforeEach(async () => {
  fixture = await makeTestStore();
  store = fixture.store;
  await store.environments.put(testEnvironment('a', 'work'));
  await store.environments.put(testEnvironment('b', 'other'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await fixture[Symbol.asyncDispose]();
});

const A = 'a'.repeat(64) as EnvIdentity;
const B = 'b'.repeat(64) as EnvIdentity;
const UUID = '01234567-89ab-cdef-0123-456789abcdef';
const inStore = (...names: string[]) => path.join(fixture.root, ...names);
const entry = (value: object) => fs.writeFileSync(inStore('journal', UUID), encodeRecord('journal', value));
const nameOf = (id: string, name: string) => encodeRecord('name', { env_id: id, name });

async function reopened<T>(action: (store: Store) => Promise<T>): Promise<T> {
  const other = await openTestStore(fixture.root);
  try {
    return await action(other);
  } finally {
    await other.close();
  }
}

const names = (each: Store) => each.environments.list().then((all) => all.map(({ names: [name] }) => name));

describe('a change that was decided', () => {
  it('is finished by the next who reads', async () => {
    const steps = [
      { step: 'write', path: 'names/work', text: nameOf(B, 'work') },
      { step: 'write', path: 'names/more', text: nameOf(A, 'more') },
    ];
    entry({ store_id: store.id, operation: 'test', steps });
    const found = await reopened((other) => other.environments.list());
    expect(found.map((each) => [each.env_id, each.names])).toEqual([
      [A, ['more']],
      [B, ['other', 'work']],
    ]);
    expect(fs.readdirSync(inStore('journal'))).toEqual([]);
  });

  it('is finished where it was stopped between its steps', async () => {
    const made = inStore('tmp', 'left', 'generation');
    fs.mkdirSync(made, { recursive: true });
    for (const part of ['upper', 'work']) fs.mkdirSync(path.join(made, part));
    const home = `environments/${A}`;
    const steps = [
      { step: 'move', from: 'tmp/left/generation', to: `${home}/gen-2` },
      { step: 'write', path: `${home}/environment.json`, text: renewed() },
      { step: 'discard', path: `${home}/gen-1` },
    ];
    entry({ store_id: store.id, operation: 'test', steps });
    fs.renameSync(made, inStore(home, 'gen-2'));

    const found = await reopened((other) => other.environments.get('work'));
    expect(found.generation).toBe(2);
    expect(fs.readdirSync(inStore(home)).filter((name) => name.startsWith('gen-'))).toEqual(['gen-2']);
  });

  it('needs what lies in `tmp/`, which nobody sweeps before', async () => {
    const left = inStore('tmp', 'left');
    fs.mkdirSync(path.join(left, 'generation', 'upper'), { recursive: true });
    fs.mkdirSync(path.join(left, 'generation', 'work'));
    fs.writeFileSync(`${left}.lock`, '');
    const home = `environments/${A}`;
    const steps = [
      { step: 'move', from: 'tmp/left/generation', to: `${home}/gen-2` },
      { step: 'write', path: `${home}/environment.json`, text: renewed() },
    ];
    entry({ store_id: store.id, operation: 'test', steps });
    // The first write of a process sweeps.
    await reopened((other) => other.environments.put(testEnvironment('c', 'third')));
    expect(fs.existsSync(inStore(home, 'gen-2', 'upper'))).toBe(true);
  });

  it('keeps what it needs where it fails, and is finished by the next', async () => {
    const rename = fs.renameSync;
    vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (String(to).endsWith('gen-2')) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
      rename(from, to);
    });
    const failing = await openTestStore(fixture.root);
    await expect(failing.environments.put({ ...testEnvironment('a', undefined), fresh: true })).rejects.toMatchObject({
      code: 'STORE_UNREADABLE',
    });
    await failing.close();
    vi.restoreAllMocks();

    const found = await reopened((other) => other.environments.get('work'));
    expect(found.generation).toBe(2);
    expect(fs.readdirSync(inStore('environments', A, 'gen-2')).toSorted()).toEqual(['upper', 'work']);
    await reopened((other) => other.leased(async () => undefined));
    expect(fs.readdirSync(inStore('tmp')).filter((name) => !name.endsWith('.lock'))).toHaveLength(1);
  });

  it('that has lost what it needs is damage, and the environment stays as it is', async () => {
    const home = `environments/${A}`;
    const steps = [
      { step: 'move', from: 'tmp/left/generation', to: `${home}/gen-2` },
      { step: 'write', path: `${home}/environment.json`, text: renewed() },
    ];
    entry({ store_id: store.id, operation: 'test', steps });
    await expect(reopened((other) => other.environments.list())).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    fs.rmSync(inStore('journal', UUID));
    expect((await reopened((other) => other.environments.get('work'))).generation).toBe(1);
  });

  it('that something is in the way of is damage, and is finished once a repair has moved that away', async () => {
    const steps = [
      { step: 'write', path: 'names/more', text: nameOf(A, 'more') },
      { step: 'remove', path: 'names/work' },
    ];
    entry({ store_id: store.id, operation: 'test', steps });
    fs.mkdirSync(inStore('names', 'more'));
    const damaged = { code: 'STORE_CORRUPT', place: { file: inStore('names', 'more') } };
    await expect(reopened((other) => other.environments.list())).rejects.toMatchObject(damaged);

    const options = { ids: testIds, idSpace: async () => testIdSpace(testIds), pause: 1 };
    await using repair = openRepair(fixture.root, options);
    await repair.mend(await lookAtStore(fixture.root, options));
    expect(await reopened(names)).toEqual(['more', 'other']);
    expect(fs.readdirSync(inStore('journal'))).toEqual([]);
  });

  it('to destroy takes every name along', async () => {
    await store.environments.put(testEnvironment('a', 'second'));
    fs.renameSync(inStore('environments', A), inStore('journal', `destroyed-${A}`));
    expect(await reopened(names)).toEqual(['other']);
    expect(fs.readdirSync(inStore('names'))).toEqual(['other']);
    expect(fs.readdirSync(inStore('journal'))).toEqual([]);
  });
});

type Change = (environments: Store['environments']) => Promise<unknown>;

const CHANGES: Readonly<Record<string, Change>> = {
  'a first build': (each) => each.put(testEnvironment('c', 'third')),
  'a new generation': (each) => each.put({ ...testEnvironment('a', 'work'), fresh: true }),
  'a rename': (each) => each.rename(A, { from: 'work', to: 'play' }),
  'a commit': (each) => each.commit(A, null),
};

describe('a change of several steps', () => {
  it.each(Object.entries(CHANGES))('needs no room any more once it is decided: %s', async (_what, change) => {
    const write = fs.writeFileSync;
    const atOnce = vi.spyOn(fs, 'writeFileSync').mockImplementation((...args) => {
      if (fs.readdirSync(inStore('journal')).length > 0)
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      write(...args);
    });
    await change(store.environments);
    expect(atOnce).toHaveBeenCalled();
    expect(fs.readdirSync(inStore('journal'))).toEqual([]);
  });

  it.each<[string, string, (place: string) => void]>([
    ['a directory has the place of a name', 'names/play', (place) => fs.mkdirSync(place)],
    ['names have no directory', 'names', (place) => fs.renameSync(place, inStore('tmp', 'aside'))],
  ])('is not decided where it cannot be done, and everything else goes on: %s', async (_what, place, spoil) => {
    const before = fs.readFileSync(inStore('environments', A, 'index.json'), 'utf8');
    spoil(inStore(place));
    await expect(store.environments.put(testEnvironment('a', 'play'))).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      place: { file: inStore(place) },
    });
    expect(fs.readdirSync(inStore('journal'))).toEqual([]);
    expect(fs.readFileSync(inStore('environments', A, 'index.json'), 'utf8')).toBe(before);
    expect(await store.environments.find(B)).toMatchObject({ env_id: B });
  });

  it('that begins a generation passes over a directory that somebody left in its place', async () => {
    fs.mkdirSync(inStore('environments', A, 'gen-2', 'upper'), { recursive: true });
    const made = await store.environments.put({ ...testEnvironment('a', 'work'), fresh: true });
    expect(made.generation).toBe(3);
    const generations = fs.readdirSync(inStore('environments', A)).filter((name) => name.startsWith('gen-'));
    expect(generations.toSorted()).toEqual(['gen-2', 'gen-3']);
  });

  it('moves what has its name on the disk before it is decided', async () => {
    const events: string[] = [];
    const opened = new Map<number, string>();
    const { openSync, fsyncSync, renameSync } = fs;
    vi.spyOn(fs, 'openSync').mockImplementation((...args) => {
      const descriptor = openSync(...args);
      opened.set(descriptor, path.relative(fixture.root, String(args[0])).replace(/[0-9a-f-]{36}/, 'own'));
      return descriptor;
    });
    vi.spyOn(fs, 'fsyncSync').mockImplementation((descriptor) => {
      events.push(`sync ${opened.get(descriptor)}`);
      fsyncSync(descriptor);
    });
    vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (path.dirname(String(to)) === inStore('journal')) events.push('decide');
      renameSync(from, to);
    });
    await store.environments.put(testEnvironment('c', 'third'));
    const before = events.slice(0, events.indexOf('decide'));
    expect(before).toEqual(expect.arrayContaining(['sync tmp/own', 'sync tmp']));
  });
});

it('an environment is destroyed in a store that has lost its names', async () => {
  fs.renameSync(inStore('names'), inStore('tmp', 'aside'));
  await store.environments.destroy(A);
  expect(fs.readdirSync(inStore('environments'))).toEqual([B]);
  expect(fs.readdirSync(inStore('journal'))).toEqual([]);
});

/** The record of the environment `a`, with the generation 2. */
function renewed(): string {
  const [, body = ''] = fs.readFileSync(inStore('environments', A, 'environment.json'), 'utf8').split('\n');
  return encodeRecord('environment', { ...(JSON.parse(body) as object), generation: 2 });
}

const OUTSIDE = [
  { step: 'write', path: '../outside', text: '' },
  { step: 'write', path: '/etc/outside', text: '' },
  { step: 'write', path: `environments/${A}/../../../outside`, text: '' },
  { step: 'write', path: 'format', text: '' },
  { step: 'write', path: 'names/..', text: '' },
  { step: 'move', from: 'tmp/../format', to: `environments/${A}/gen-9` },
  { step: 'move', from: `environments/${B}`, to: `environments/${A}/gen-9` },
  { step: 'move', from: 'tmp/x', to: 'names/../../outside' },
  { step: 'remove', path: `environments/${A}/environment.json` },
  { step: 'remove', path: 'names/../format' },
  { step: 'discard', path: 'objects' },
  { step: 'discard', path: '' },
  { step: 'erase', path: `environments/${A}` },
];

describe('an entry that nobody can have written here', () => {
  it.each([
    ['garbage', 'nonsense'],
    ['cut', encodeRecord('journal', { store_id: 'x', operation: 'test', steps: [] }).slice(0, -4)],
    ['of another store', encodeRecord('journal', { store_id: 'x', operation: 'test', steps: [] })],
    ['of an unknown form', encodeRecord('journal', { store_id: 'x' })],
  ])('%s stops reading and writing, is named, and stays', async (_what, text) => {
    fs.writeFileSync(inStore('journal', UUID), text);
    await expect(reopened((other) => other.environments.list())).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      place: { file: inStore('journal', UUID) },
    });
    const put = reopened((other) => other.environments.put(testEnvironment('c', 'third')));
    await expect(put).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(fs.readFileSync(inStore('journal', UUID), 'utf8')).toBe(text);
    expect(fs.readdirSync(inStore('names')).toSorted()).toEqual(['other', 'work']);
  });

  it.each(OUTSIDE)('leads nowhere: $step $path $from $to', async (step) => {
    expect(isStep(step)).toBe(false);
    const readWork = () => fs.readFileSync(inStore('names', 'work'), 'utf8');
    const before = readWork();
    const good = { step: 'write', path: 'names/work', text: nameOf(B, 'work') };
    entry({ store_id: store.id, operation: 'test', steps: [good, step] });
    await expect(reopened((other) => other.environments.list())).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(readWork()).toBe(before);
  });
});
