import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { encodeRecord } from '../../../src/store/record.ts';
import { runInIdSpace, testIds } from '../test-store.ts';
import { A, makeSampleStore, objectOf, verify, withStore, type SampleStore } from './sample-store.ts';

let store: SampleStore;
let root: string;
beforeAll(async () => {
  store = await makeSampleStore();
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(() => {
  root = store.copy();
});

const inStore = (...names: string[]): string => path.join(root, ...names);
const found = async (): Promise<readonly string[]> =>
  (await verify(root)).findings.map(({ problem, file }) => `${problem} ${file}`);
const UUID = '01234567-89ab-cdef-0123-456789abcdef';

describe('a checkout', () => {
  const shared = (...names: string[]): string => path.join('checkouts', store.sample.shared.tree, ...names);
  const own = (...names: string[]): string => path.join('checkouts', store.sample.layer.tree, ...names);

  it.each<[string, () => string, (file: string) => void, string]>([
    ['a file with other bytes', () => own('own'), (file) => replaceFile(file, 'CONTENT of work'), 'damaged'],
    ['a file with other bytes of another size', () => own('own'), (file) => replaceFile(file, 'x'), 'damaged'],
    ['a missing file', () => own('own'), (file) => fs.rmSync(file), 'missing'],
    ['a file more', () => own('more'), (file) => fs.writeFileSync(file, ''), 'foreign'],
    ['a file more than the directory’s time tells', () => own('more'), quietlyAdd, 'foreign'],
    ['a link that leads elsewhere', () => own('link'), (file) => replaceLink(file, 'elsewhere'), 'damaged'],
    ['a link in the place of a file', () => own('own'), (file) => replaceLink(file, '/etc/passwd'), 'damaged'],
    ['a pipe in the place of a file', () => own('own'), replaceByPipe, 'damaged'],
    ['a directory of another mode', () => own(), (file) => fs.chmodSync(file, 0o700), 'damaged'],
    ['a directory that was written to', () => own(), (file) => fs.utimesSync(file, 1, 1), 'damaged'],
    ['a missing directory', () => shared('a'), removeAll, 'missing'],
    [
      'an attribute more',
      () => own(),
      (file) => void runInIdSpace('setfattr', '-n', 'user.x', '-v', 'y', file),
      'damaged',
    ],
  ])('with %s is found', async (...[, file, damage, problem]) => {
    const name = fs.existsSync(inStore(file())) || problem === 'foreign' ? file() : own('own');
    damage(inStore(name));
    const { findings } = await verify(root);
    expect(findings[0]).toMatchObject({ part: 'checkout', environments: [{ names: ['job', 'work'] }] });
    expect(findings.map((each) => `${each.problem} ${each.file}`)).toContain(`${problem} ${name}`);
  });

  it('that is missing is none: it is made again', async () => {
    removeAll(inStore('checkouts', store.sample.layer.tree));
    expect(await found()).toEqual([]);
  });

  it('whose file is a copy, since an inode has only so many names, is whole', async () => {
    const file = inStore(own('own'));
    runInIdSpace('cp', '-a', '--remove-destination', inStore(objectOf(root, 'content of work')), `${file}.copy`);
    fs.renameSync(`${file}.copy`, file);
    fs.utimesSync(path.dirname(file), 315_619_200, 315_619_200);
    expect(await found()).toEqual([]);
  });
});

function replaceFile(file: string, content: string): void {
  fs.rmSync(file);
  fs.writeFileSync(file, content);
  fs.utimesSync(file, 315_619_200, 315_619_200);
  fs.utimesSync(path.dirname(file), 315_619_200, 315_619_200);
}

function quietlyAdd(file: string): void {
  replaceFileTimes(file, () => fs.writeFileSync(file, 'x'));
}

function replaceFileTimes(file: string, change: () => void): void {
  change();
  fs.utimesSync(path.dirname(file), 315_619_200, 315_619_200);
}

function replaceLink(file: string, target: string): void {
  replaceFileTimes(file, () => {
    fs.rmSync(file);
    fs.symlinkSync(target, file);
  });
}

function replaceByPipe(file: string): void {
  replaceFileTimes(file, () => {
    fs.rmSync(file);
    execFileSync('mkfifo', [file]);
  });
}

function removeAll(directory: string): void {
  runInIdSpace('rm', '-r', directory);
}

describe('an object', () => {
  it.each<[string, (file: string) => void]>([
    ['another mode', (file) => fs.chmodSync(file, 0o600)],
    ['another time', (file) => fs.utimesSync(file, 1, 1)],
    ['an attribute', (file) => void runInIdSpace('setfattr', '-n', 'user.x', '-v', 'y', file)],
    ...(testIds === 'full'
      ? [
          ['another owner', (file: string) => void runInIdSpace('chown', '5:6', file)] as [
            string,
            (file: string) => void,
          ],
        ]
      : []),
  ])('with %s is damaged', async (_what, damage) => {
    const file = objectOf(root, 'content of work');
    damage(inStore(file));
    expect(await found()).toEqual([`damaged ${file}`]);
  });

  it('with a name of none is foreign', async () => {
    fs.writeFileSync(inStore('objects', '00', 'note'), '');
    fs.mkdirSync(inStore('objects', 'zz'));
    expect(await found()).toEqual(['foreign objects/00/note', 'foreign objects/zz']);
  });

  it('that nothing needs is checked as well', async () => {
    const bytes = 'nobody needs it';
    fs.writeFileSync(inStore('objects', '00', `${'0'.repeat(62)}.644.0.0`), bytes);
    const { findings } = await verify(root);
    expect(findings).toMatchObject([
      { part: 'object', environments: [], fix: expect.stringContaining('nothing needs it') as unknown },
    ]);
  });
});

describe('a place of the store', () => {
  it.each([
    'objects',
    'trees',
    'layers',
    'archives',
    'names',
    'environments',
    'journal',
    'leases',
    'damaged',
    'checkouts',
  ])('%s that is missing is found', async (name) => {
    removeAll(inStore(name));
    expect(await found()).toContain(`missing ${name}`);
  });

  it('that holds objects and is missing is found with all that was in it', async () => {
    const file = objectOf(root, 'content of work');
    removeAll(path.dirname(inStore(file)));
    expect(await found()).toEqual(expect.arrayContaining([`missing ${path.dirname(file)}`, `missing ${file}`]));
  });

  it.each(['layers', 'archives', 'names', 'environments', 'leases', 'checkouts'])(
    '%s is looked through for what does not belong there',
    async (name) => {
      const stranger = inStore(name, '.stranger');
      fs.writeFileSync(stranger, '');
      expect(await found()).toEqual(name === 'checkouts' ? [] : [`foreign ${name}/.stranger`]);
    },
  );

  it('with a pipe among leases, locks and an environment’s locks is found, and nothing waits for it', async () => {
    const pipes = [`leases/${UUID}`, 'locks/some', `environments/${A}/lock`, `environments/${A}/entry`];
    for (const file of pipes) {
      fs.rmSync(inStore(file), { force: true });
      execFileSync('mkfifo', [inStore(file)]);
    }
    expect(await found()).toEqual(pipes.map((file) => `damaged ${file}`).toSorted());
  });
});

describe('an environment', () => {
  it.each(['gen-1/upper', 'gen-1/work', 'snapshots'])('without its %s is found', async (name) => {
    removeAll(inStore('environments', A, name));
    expect(await found()).toContain(`missing environments/${A}/${name}`);
  });

  it('with something else in the place of its upper is found', async () => {
    const upper = inStore('environments', A, 'gen-1', 'upper');
    fs.renameSync(upper, inStore('tmp', 'aside'));
    fs.symlinkSync(inStore('tmp', 'aside'), upper);
    expect(await found()).toEqual([`damaged environments/${A}/gen-1/upper`]);
  });

  it('that is gone leaves its names to be found', async () => {
    removeAll(inStore('environments', A));
    expect(await found()).toEqual(['damaged names/job', 'damaged names/work']);
  });

  it('that is no directory, or not of that name, is found', async () => {
    fs.writeFileSync(inStore('environments', 'c'.repeat(64)), '');
    fs.writeFileSync(inStore('environments', A, 'notes'), '');
    expect(await found()).toEqual([`foreign environments/${A}/notes`, `damaged environments/${'c'.repeat(64)}`]);
  });
});

describe('an entry of the journal', () => {
  it('that is damaged, or of another store, is found, and everything else is looked at', async () => {
    fs.writeFileSync(
      inStore('journal', UUID),
      encodeRecord('journal', { store_id: 'x', operation: 'test', steps: [] }),
    );
    fs.writeFileSync(inStore('journal', 'cut'), 'karapace journal v1 ');
    fs.truncateSync(inStore('names', 'work'));
    expect(await found()).toEqual([`damaged journal/${UUID}`, 'damaged journal/cut', 'damaged names/work']);
  });

  it('that somebody decided is finished first, since half of it would look like damage', async () => {
    await withStore(root, async ({ id }) => {
      const text = encodeRecord('name', { env_id: A, name: 'more' });
      const steps = [
        { step: 'write', path: 'names/more', text },
        { step: 'remove', path: 'names/none' },
      ];
      fs.writeFileSync(inStore('journal', UUID), encodeRecord('journal', { store_id: id, operation: 'test', steps }));
    });
    expect(await found()).toEqual([]);
    expect(fs.existsSync(inStore('names', 'more'))).toBe(true);
  });
});

describe('a cache that is damaged is no finding, since nobody relies on it', () => {
  it('of the files of an upper', async () => {
    const [cache = ''] = fs.readdirSync(inStore('cache', 'stat'));
    const file = inStore('cache', 'stat', cache);
    const bytes = fs.readFileSync(file);
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
    fs.writeFileSync(file, bytes);
    expect(await found()).toEqual([]);
    await withStore(root, async ({ environments }) => {
      expect(await environments.commit(A, null)).toMatchObject({ isNew: false });
    });
  });

  it('of answers', async () => {
    const key = 'e'.repeat(64);
    await withStore(root, async ({ memos }) => {
      await memos.put(key, 'answer');
      fs.writeFileSync(inStore('cache', 'memo', key), 'ANSWER\n');
      expect(await memos.find(key)).toBeUndefined();
    });
    fs.rmSync(inStore('cache'), { recursive: true });
    expect(await found()).toEqual([]);
  });
});
