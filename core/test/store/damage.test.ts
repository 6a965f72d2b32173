import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { LayerKey } from '../../src/contracts/ids.ts';
import type { ArchivePin, LayerDefinition } from '../../src/contracts/lock.ts';
import type { Store } from '../../src/contracts/store.ts';
import { blake3 } from '../../src/store/blake3.ts';
import type { TreeSummary } from '../../src/contracts/tree-store.ts';
import { archivePin, bodyOf } from './archive-fixture.ts';
import { makeTestStore, openTestStore, removePlace, runInIdSpace, testEnvironment, testIds } from './test-store.ts';

const KEY = 'b'.repeat(64) as LayerKey;
const environment = testEnvironment('1', 'work');
const definition: LayerDefinition = { kind: 'base', ids: testIds, inputs: {} };

let whole: Awaited<ReturnType<typeof makeTestStore>>;
let tree: TreeSummary;
let archive: ArchivePin;
let copies = 0;

// A store with one of each record; each test damages a copy of its own.
let root: string;
let store: Store;

beforeAll(async () => {
  whole = await makeTestStore();
  archive = archivePin('archive');
  await whole.store.archives.add(archive, bodyOf('archive'));
  await using scratch = await whole.store.scratch(testIds);
  const directory = await scratch.make('root');
  fs.writeFileSync(path.join(directory, 'file'), 'content of a file');
  tree = await whole.store.trees.consume(directory, testIds);
  await whole.store.layers.put(KEY, { definition, parents: [], tree });
  await whole.store.environments.put(environment);
});
afterAll(async () => {
  await whole.store.close();
  removePlace(whole.place);
});
beforeEach(async () => {
  root = path.join(whole.place, `copy-${copies++}`);
  runInIdSpace('cp', '-a', whole.root, root);
  store = await openTestStore(root);
  return () => store.close();
});

const shard = (kind: string, id: string): string => path.join(root, kind, id.slice(0, 2), id.slice(2));

function objectPath(content: string): string {
  const list = runInIdSpace('grep', '-rlx', content, path.join(root, 'objects'));
  return list.trim();
}

interface Case {
  readonly file: () => string;
  readonly use: () => Promise<unknown>;
}

const cases: Readonly<Record<string, Case>> = {
  environment: {
    file: () => path.join(root, 'environments', environment.lock.env_id, 'environment.json'),
    use: () => store.environments.get('work'),
  },
  name: { file: () => path.join(root, 'names', 'work'), use: () => store.environments.get('work') },
  layer: { file: () => path.join(root, 'layers', KEY), use: () => store.layers.find(KEY) },
  tree: { file: () => shard('trees', tree.digest), use: () => store.layers.find(KEY) },
  archive: { file: () => path.join(root, 'archives', archive.sha256), use: () => store.archives.has(archive) },
};

/** Every kind of damage that a file can have. */
const damages: Readonly<Record<string, (file: string) => void>> = {
  'a flipped bit': (file) => {
    const bytes = fs.readFileSync(file);
    const at = Math.floor(Math.random() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(Math.random() * 8));
    fs.writeFileSync(file, bytes);
  },
  'nothing in it': (file) => fs.truncateSync(file),
  'half of it gone': (file) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2)),
  'one byte more': (file) => fs.appendFileSync(file, '\n'),
  'what is no JSON under a right digest': (file) => {
    const [title = ''] = /^karapace [a-z]+ v\d+/.exec(fs.readFileSync(file, 'latin1')) ?? [];
    const body = '{nonsense\n';
    fs.writeFileSync(file, `${title} ${blake3(`${title}\n${body}`).toString('hex')}\n${body}`);
  },
  'the bytes of another kind of record': (file) => fs.copyFileSync(path.join(root, 'format'), file),
};

describe.each(Object.keys(cases))('a record of the kind %s', (kind) => {
  it.each(Object.keys(damages))('with %s is refused by name', async (damage) => {
    const { file, use } = cases[kind] as Case;
    await use();
    damages[damage]?.(file());
    const error = await use().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'KarapaceError',
      code: expect.stringMatching(/^STORE_(CORRUPT|VERSION)$/) as string,
    });
    expect((error as { place?: { file: string } }).place?.file).toBe(file());
  });

  it.each(['symbolic link', 'directory', 'FIFO'])(
    'replaced by a %s is refused, neither followed nor waited for',
    async (what) => {
      const { file, use } = cases[kind] as Case;
      fs.renameSync(file(), `${root}/tmp/aside`);
      if (what === 'symbolic link') fs.symlinkSync(`${root}/tmp/aside`, file());
      if (what === 'directory') fs.mkdirSync(file());
      if (what === 'FIFO') runInIdSpace('mkfifo', file());
      await expect(use()).rejects.toMatchObject({ code: 'STORE_CORRUPT', place: { file: file() } });
    },
  );
});

describe('damage', () => {
  it('of an environment is told by `list`, and leaves others usable', async () => {
    await store.environments.put(testEnvironment('2', 'other'));
    fs.truncateSync((cases['environment'] as Case).file());
    await expect(store.environments.list()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(await store.environments.get('other')).toMatchObject({ names: ['other'] });
    expect(await store.environments.get('2222')).toMatchObject({ names: ['other'] });
  });

  it('of an environment whose record is another’s is seen', async () => {
    const other = testEnvironment('2', undefined);
    await store.environments.put(other);
    const at = (id: string) => path.join(root, 'environments', id, 'environment.json');
    fs.copyFileSync(at(other.lock.env_id), at(environment.lock.env_id));
    await expect(store.environments.get('work')).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('of a name that means nothing is told by `list` and `get`', async () => {
    runInIdSpace('rm', '-r', path.join(root, 'environments', environment.lock.env_id));
    await expect(store.environments.list()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    await expect(store.environments.get('work')).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it.each<[string, (file: string) => void]>([
    ['other bytes of the same size', (file) => fs.writeFileSync(file, 'CONTENT of a file')],
    [
      'other bytes, its time put back',
      (file) => {
        fs.writeFileSync(file, 'CONTENT of a file');
        fs.utimesSync(file, 315_619_200, 315_619_200);
      },
    ],
    ['another mode', (file) => fs.chmodSync(file, 0o600)],
    ['another size', (file) => fs.appendFileSync(file, '.')],
    ['nothing there', (file) => fs.rmSync(file)],
  ])('of an object with %s is found before a checkout has it', async (_what, damage) => {
    const object = objectPath('content of a file');
    damage(object);
    runInIdSpace('rm', '-r', path.join(root, 'checkouts', tree.digest));
    const named = {
      code: 'STORE_CORRUPT',
      message: expect.stringContaining(path.basename(object).slice(0, 62)) as string,
    };
    await expect(store.trees.checkout(tree.digest, testIds)).rejects.toMatchObject(named);
    expect(fs.readdirSync(path.join(root, 'checkouts'))).toEqual([]);
  });

  it.each<[string, (file: string) => void]>([
    ['bytes', (file) => fs.writeFileSync(file, 'CONTENT 700')],
    ['mode', (file) => fs.chmodSync(file, 0o600)],
    ['absence', (file) => fs.rmSync(file)],
  ])('in the %s of one of so many objects that threads look at them is named', async (_, damage) => {
    await using scratch = await store.scratch(testIds);
    const directory = await scratch.make('many');
    for (let number = 0; number < 1001; number += 1) {
      fs.writeFileSync(path.join(directory, `${number}`), `content ${number}`);
    }
    const many = await store.trees.consume(directory, testIds);
    const object = objectPath('content 700');
    const checkout = path.join(root, 'checkouts', many.digest);
    runInIdSpace('rm', '-r', checkout);
    await store.trees.checkout(many.digest, testIds);
    expect(fs.readFileSync(path.join(checkout, '700'), 'utf8')).toBe('content 700');
    runInIdSpace('rm', '-r', checkout);
    damage(object);
    await expect(store.trees.checkout(many.digest, testIds)).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining(path.basename(object).slice(0, 62)) as string,
    });
    expect(fs.existsSync(checkout)).toBe(false);
  });

  it('of an object by a write is found before a new tree is linked to it', async () => {
    fs.writeFileSync(objectPath('content of a file'), 'CONTENT of a file');
    await using scratch = await store.scratch(testIds);
    const directory = await scratch.make('root');
    fs.writeFileSync(path.join(directory, 'same'), 'content of a file');
    await expect(store.trees.consume(directory, testIds)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('of an archive is found before it is placed', async () => {
    fs.writeFileSync(objectPath('archive'), 'ARCHIVE');
    await using scratch = await store.scratch(testIds);
    const place = store.archives.place([{ archive, name: 'a.deb' }], scratch.directory);
    await expect(place).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining(archive.name) as string,
    });
    expect(fs.readdirSync(scratch.directory)).toEqual([]);
  });

  it('of a missing checkout and a missing object is a layer that is not there', async () => {
    expect(await store.layers.find(KEY)).toMatchObject({ key: KEY, tree: tree.digest, entries: 2, bytes: 17 });
    runInIdSpace('rm', '-r', path.join(root, 'checkouts', tree.digest));
    expect(await store.layers.find(KEY)).toBeDefined();
    fs.rmSync(objectPath('content of a file'));
    expect(await store.layers.find(KEY)).toBeUndefined();
  });
});
