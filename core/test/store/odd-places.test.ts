import fs from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { EnvIdentity } from '../../src/contracts/ids.ts';
import type { Store } from '../../src/contracts/store.ts';
import { encodeRecord } from '../../src/store/record.ts';
import { openRepair } from '../../src/store/repair/open-repair.ts';
import { lookAtStore } from '../../src/store/verify/verify-store.ts';
import { makeTestStore, testEnvironment, testIds, testIdSpace } from './test-store.ts';

const A = 'a'.repeat(64) as EnvIdentity;

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
beforeEach(async () => {
  fixture = await makeTestStore();
  store = fixture.store;
  await store.environments.put(testEnvironment('a', 'work'));
  await store.environments.put(testEnvironment('b', 'other'));
  await store.environments.commit(A, null);
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const options = { ids: testIds, idSpace: async () => testIdSpace(testIds), pause: 1 };
const inStore = (...names: string[]) => path.join(fixture.root, ...names);
const home = (...names: string[]) => inStore('environments', A, ...names);

/** What one use said: where there is damage, that it is there, and nothing that only a developer understands. */
async function tell(use: () => Promise<unknown>): Promise<unknown> {
  return use().then(
    () => 'done',
    (error: unknown) => (error as { code?: unknown }).code ?? error,
  );
}

const USES: readonly ((store: Store) => Promise<unknown>)[] = [
  (each) => each.environments.list(),
  (each) => each.environments.get('work'),
  (each) => each.environments.snapshots(A),
  (each) => each.environments.changes(A),
  (each) => each.environments.commit(A, 'again'),
  (each) => each.environments.put({ ...testEnvironment('a', 'work'), fresh: true }),
  (each) => each.environments.mark(A, { frozen: true }),
  (each) => each.gc({}),
  (each) => each.environments.destroy(A),
];

const PLACES: Readonly<Record<string, () => string>> = {
  'an environment': home,
  'its snapshots': () => home('snapshots'),
  'its sessions': () => home('sessions'),
  'its generation': () => home('gen-1'),
  'trees of one beginning': () => path.join(inStore('trees'), fs.readdirSync(inStore('trees'))[0] ?? ''),
  'what is known of changed files': () => inStore('cache', 'stat'),
};

function putFile(place: string): void {
  fs.rmSync(place, { recursive: true, force: true });
  fs.writeFileSync(place, '');
}

describe('a file in the place of the directory', () => {
  it.each(Object.entries(PLACES))(
    'of %s is named, or no hindrance, and keeps nobody from the rest',
    async (_, place) => {
      putFile(place());
      const codes = ['done', 'STORE_CORRUPT', 'COMMIT_FAILED', 'DIFF_FAILED'];
      for (const use of USES) expect(codes).toContain(await tell(() => use(store)));
      expect(await store.environments.get('other')).toMatchObject({ names: ['other'] });
      expect(fs.readdirSync(inStore('journal'))).toEqual([]);
    },
  );

  it('is moved out of the way by a repair, which then finds nothing that can be mended', async () => {
    for (const part of ['snapshots', 'sessions', 'gen-1']) putFile(home(part));
    putFile(inStore('environments', 'b'.repeat(64)));
    await using repair = openRepair(fixture.root, options);
    for (let round = 0; round < 2; round += 1) await repair.mend(await lookAtStore(fixture.root, options));
    expect((await lookAtStore(fixture.root, options)).found).toEqual([]);
  });
});

it.each<[string, () => void]>([
  ['something else has their place', () => putFile(inStore('cache', 'memo'))],
  [
    'there is no room',
    () => {
      vi.spyOn(fs, 'writeFileSync').mockImplementation(() => {
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      });
    },
  ],
])('answers are not kept where %s, and that is all', async (_, spoil) => {
  const key = 'd'.repeat(64);
  spoil();
  await store.memos.put(key, 'answer');
  vi.restoreAllMocks();
  expect(await store.memos.find(key)).toBeUndefined();
});

describe('a record that says what nobody can have written, under a right digest, is damaged:', () => {
  const rewrite = (kind: 'index' | 'lock', change: object): string => {
    const file = home(`${kind}.json`);
    const [, body = ''] = fs.readFileSync(file, 'utf8').split('\n');
    fs.writeFileSync(file, encodeRecord(kind, { ...(JSON.parse(body) as object), ...change }));
    return file;
  };
  const named = (file: string) => ({ code: 'STORE_CORRUPT', place: { file } });

  it('an index with a name that leads out of its directory, which a repair makes nothing of', async () => {
    const file = rewrite('index', { names: ['work', '../../outside'] });
    await expect(store.environments.rename(A, { from: 'work', to: 'play' })).rejects.toMatchObject(named(file));
    await using repair = openRepair(fixture.root, options);
    await repair.mend(await lookAtStore(fixture.root, options));
    expect(fs.readdirSync(fixture.place)).toEqual(['store']);
    expect((await lookAtStore(fixture.root, options)).found).toEqual([]);
  });

  it('a lock that pins what is no digest', async () => {
    const file = rewrite('lock', { packages: [{ name: 'a', sha256: '../../outside' }] });
    await expect(store.gc({})).rejects.toMatchObject(named(file));
    const { found } = await lookAtStore(fixture.root, options);
    expect(found).toMatchObject([{ part: 'lock', problem: 'damaged' }]);
  });
});

describe('a directory that is no store is none for a look and its repair, and stays as it is:', () => {
  const directory = () => path.join(fixture.place, 'other');
  beforeEach(() => fs.mkdirSync(directory()));

  it('with nothing in it', async () => {
    expect(await lookAtStore(directory(), options)).toMatchObject({ report: { checked: 0 }, inspected: undefined });
    expect(fs.readdirSync(directory())).toEqual([]);
  });

  it('with other things in it', async () => {
    fs.writeFileSync(path.join(directory(), 'photo'), '');
    await expect(lookAtStore(directory(), options)).rejects.toMatchObject({ code: 'STORE_VERSION' });
    expect(fs.readdirSync(directory())).toEqual(['photo']);
  });
});

describe('a link in the place of a directory is taken away, and nothing where it leads to:', () => {
  const elsewhere = () => path.join(fixture.place, 'elsewhere');
  beforeEach(() => {
    for (const name of ['upper', 'work']) fs.mkdirSync(path.join(elsewhere(), name), { recursive: true });
    fs.writeFileSync(path.join(elsewhere(), 'kept'), '');
  });
  afterEach(() => expect(fs.readdirSync(elsewhere()).toSorted()).toEqual(['kept', 'upper', 'work']));

  it('of a generation, by the next one', async () => {
    fs.rmSync(home('gen-1'), { recursive: true });
    fs.symlinkSync(elsewhere(), home('gen-1'));
    await store.environments.put({ ...testEnvironment('a', 'work'), fresh: true });
    expect(fs.readdirSync(home()).filter((name) => name.startsWith('gen-'))).toEqual(['gen-2']);
  });

  it('of a checkout that nothing needs, by gc', async () => {
    const checkout = inStore('checkouts', 'c'.repeat(64));
    fs.symlinkSync(elsewhere(), checkout);
    await store.gc({});
    expect(fs.readdirSync(inStore('checkouts'))).toEqual([]);
  });
});
