import { blake3 } from '@napi-rs/blake-hash';
import { getAttributeSync, setAttributeSync } from '@napi-rs/xattr';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { TreeDigest } from '../../src/contracts/ids.ts';
import type { Store } from '../../src/contracts/store.ts';
import { metadataClass } from '../../src/store/metadata-class.ts';
import { STAT_ROW } from '../../src/store/stat-rows.ts';
import { storeLayout } from '../../src/store/store-layout.ts';
import type { FileEntry } from '../../src/store/tree-entry.ts';
import { readTree } from '../../src/store/tree-record.ts';
import { pastTheClock } from './gc/gc-store.ts';
import { makeTestStore, openTestStore, testIds } from './test-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
let directory: string;
beforeEach(async () => {
  fixture = await makeTestStore();
  store = fixture.store;
  directory = path.join(fixture.place, 'upper');
  fs.mkdirSync(directory);
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const at = (name: string) => path.join(directory, name);
const write = (name: string, text: string) => fs.writeFileSync(at(name), text);
const ingest = () => store.trees.ingest(directory, testIds);
const entriesOf = (tree: TreeDigest) => readTree(storeLayout(fixture.root), tree);

function fileOf(tree: TreeDigest, name: string): FileEntry {
  const entry = entriesOf(tree).find((each) => each.path === name);
  if (entry?.type !== 'file') throw new Error(`${name} is no file`);
  return entry;
}

function objectOf(tree: TreeDigest, name: string): string {
  const entry = fileOf(tree, name);
  return storeLayout(fixture.root).object(entry.object, metadataClass(entry));
}

it.each<[string, (object: string) => void]>([
  ['a flipped bit', (object) => fs.writeFileSync(object, 'MINE')],
  ['less of it', (object) => fs.truncateSync(object, 2)],
  ['a link in its place', (object) => (fs.rmSync(object), fs.symlinkSync('/etc/passwd', object))],
])('a file whose object is damaged by %s is kept with its own bytes, which mend the object', async (_what, damage) => {
  write('mine', 'mine');
  const object = objectOf((await ingest()).digest, 'mine');
  const { atime, mtime } = fs.statSync(object);
  damage(object);
  fs.lutimesSync(object, atime, mtime);
  fs.rmSync(at('mine'));
  write('again', 'mine');
  expect(objectOf((await ingest()).digest, 'again')).toBe(object);
  expect([fs.lstatSync(object).isFile(), fs.readFileSync(object, 'utf8')]).toEqual([true, 'mine']);
});

describe('a directory that is kept again', () => {
  function cacheFile(): string {
    const folder = path.join(fixture.root, 'cache', 'stat');
    return path.join(folder, fs.readdirSync(folder)[0] ?? '');
  }

  it('is not read again where it did not change', async () => {
    write('left', 'aaa');
    write('right', 'bbb');
    await pastTheClock();
    const { digest } = await ingest();
    const [left, right] = [fileOf(digest, 'left').object, fileOf(digest, 'right').object];
    // Only who reads no file believes a cache that has changed them over.
    const cache = cacheFile();
    const whole = fs.readFileSync(cache);
    const body = Buffer.from(whole.subarray(-2 * STAT_ROW));
    const at = [left, right].map((object) => body.indexOf(object, 0, 'hex'));
    body.write(right, at[0] ?? 0, 'hex');
    body.write(left, at[1] ?? 0, 'hex');
    const head = whole.subarray(0, whole.length - body.length - 32);
    fs.writeFileSync(cache, Buffer.concat([head, blake3(body), body]));
    const again = await ingest();
    expect([fileOf(again.digest, 'left').object, fileOf(again.digest, 'right').object]).toEqual([right, left]);
  });

  it('is read again where the cache is damaged, cut or gone', async () => {
    write('file', 'content');
    await pastTheClock();
    const first = await ingest();
    const cache = cacheFile();
    const whole = fs.readFileSync(cache);
    const flipped = Buffer.from(whole);
    flipped[whole.length - 40] = (flipped[whole.length - 40] ?? 0) ^ 1;
    for (const bytes of [flipped, whole.subarray(0, -1), Buffer.alloc(0)]) {
      fs.writeFileSync(cache, bytes);
      expect(await ingest()).toEqual(first);
      expect(fs.readFileSync(cache).equals(whole)).toBe(true);
    }
    fs.rmSync(path.dirname(cache), { recursive: true });
    expect(await ingest()).toEqual(first);
  });

  it('shows bytes and attributes that changed, whatever time the file says it has', async () => {
    write('file', 'one');
    const { mtime } = fs.statSync(at('file'));
    await pastTheClock();
    const first = await ingest();
    write('file', 'two');
    fs.utimesSync(at('file'), mtime, mtime);
    const second = await ingest();
    expect(fileOf(second.digest, 'file').object).not.toBe(fileOf(first.digest, 'file').object);
    await pastTheClock();
    await ingest();
    setAttributeSync(at('file'), 'user.note', 'x');
    expect(fileOf((await ingest()).digest, 'file').attributes).toEqual([
      { name: 'user.note', value: Buffer.from('x') },
    ]);
  });

  it('tells gc that what it found is wanted', async () => {
    const ctime = (file: string) => fs.lstatSync(file, { bigint: true }).ctimeNs;
    write('file', 'content');
    const { digest } = await ingest();
    const [object, record] = [objectOf(digest, 'file'), storeLayout(fixture.root).tree(digest)];
    const before = [ctime(object), ctime(record)];
    await pastTheClock();
    await ingest();
    expect(ctime(record)).toBeGreaterThan(before[1] ?? 0n);
    write('another', 'that makes it another tree');
    await ingest();
    expect(ctime(object)).toBeGreaterThan(before[0] ?? 0n);
  });

  it('has its objects made again where the store lost them', async () => {
    write('kept', 'kept');
    write('lost', 'lost');
    setAttributeSync(at('lost'), 'user.note', 'x');
    await pastTheClock();
    const { digest } = await ingest();
    fs.rmSync(objectOf(digest, 'lost'));
    expect((await ingest()).digest).toBe(digest);
    expect(fs.readFileSync(objectOf(digest, 'lost'), 'utf8')).toBe('lost');
    expect(getAttributeSync(objectOf(digest, 'lost'), 'user.note')).toEqual(Buffer.from('x'));
  });

  it('is refused where an object was written to, and hides nothing of it', async () => {
    write('file', 'content');
    const { digest } = await ingest();
    const object = objectOf(digest, 'file');
    fs.appendFileSync(object, 'more');
    const { mtimeNs } = fs.statSync(object, { bigint: true });
    await expect(ingest()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    write('another', 'that makes it another tree');
    await expect(ingest()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(fs.statSync(object, { bigint: true }).mtimeNs).toBe(mtimeNs);
  });

  it('gives the same to two processes at once', async () => {
    for (let index = 0; index < 300; index += 1) write(`${index}`, `${index}`);
    const other = await openTestStore(fixture.root);
    const both = await Promise.all([ingest(), other.trees.ingest(directory, testIds), ingest()]);
    await other.close();
    expect(new Set(both.map(({ digest }) => digest)).size).toBe(1);
  });
});

describe('a file that cannot be kept', () => {
  const stored = () => entriesBelow('objects') + entriesBelow('trees');
  const entriesBelow = (name: string) => fs.readdirSync(path.join(fixture.root, name), { recursive: true }).length;
  beforeEach(ingest);

  it('because somebody writes to it meanwhile is one error that names it, and nothing is kept', async () => {
    write('good', 'content');
    const size = 100 * 1024 * 1024;
    write('busy', '');
    fs.truncateSync(at('busy'), size);
    const before = stored();
    const program = `const fs = require('fs'); const fd = fs.openSync('busy', 'r+'); setInterval(() => fs.writeSync(fd, 'x'), 1)`;
    const writer = spawn(process.execPath, ['-e', program], { cwd: directory, stdio: 'ignore' });
    try {
      await vi.waitUntil(() => fs.statSync(at('busy')).blocks > 0, { timeout: 20_000 });
      await expect(ingest()).rejects.toMatchObject({
        code: 'COMMIT_FAILED',
        message: '`/busy` cannot be kept: it changes while it is read',
      });
    } finally {
      writer.kill();
    }
    expect(stored()).toBe(before);
  });

  it('because of what it is, is one error that names it, and nothing is kept', async () => {
    write('good', 'content');
    fs.mkdirSync(at('moved'));
    setAttributeSync(at('moved'), 'user.overlay.redirect', 'elsewhere');
    const before = stored();
    await expect(ingest()).rejects.toMatchObject({
      code: 'COMMIT_FAILED',
      message: '`/moved` cannot be kept: the overlay attribute `user.overlay.redirect`',
    });
    expect(stored()).toBe(before);
    fs.rmdirSync(at('moved'));
    expect(await ingest()).toMatchObject({ entries: 2 });
  });
});

describe('what a directory changes', () => {
  const changes = () => store.trees.changes([], { directory, ids: testIds });

  it('is told while somebody goes on changing it', async () => {
    const program = `const fs = require('fs');
      for (let n = 0; ; n = (n + 1) % 50) {
        fs.mkdirSync('d' + n, { recursive: true });
        fs.writeFileSync('d' + n + '/file', 'x'.repeat(n));
        fs.rmSync('d' + ((n + 25) % 50), { recursive: true, force: true });
      }`;
    write('quiet', '12345');
    const writer = spawn(process.execPath, ['-e', program], { cwd: directory, stdio: 'ignore' });
    try {
      await vi.waitUntil(() => fs.existsSync(at('d30')), { timeout: 20_000 });
      for (let round = 0; round < 20; round += 1) {
        const quiet = { path: '/quiet', change: 'added', type: 'file', bytes: 5 };
        expect(await changes()).toContainEqual(quiet);
      }
    } finally {
      writer.kill();
    }
  });

  it('is told where the directory itself is gone, as an error', async () => {
    fs.rmdirSync(directory);
    await expect(changes()).rejects.toMatchObject({
      code: 'DIFF_FAILED',
      message: '`/` cannot be compared: it cannot be read (no such file or directory)',
    });
  });

  it('counts empty files and files of the cache as what they are', async () => {
    write('empty', '');
    write('file', 'text');
    await pastTheClock();
    const { digest } = await ingest();
    expect(await store.trees.changes([digest], { directory, ids: testIds })).toEqual([]);
    write('file', 'tex2');
    const [change, ...others] = await store.trees.changes([digest], { directory, ids: testIds });
    expect([change?.path, change?.parts, others]).toEqual(['/file', ['content'], []]);
  });
});
