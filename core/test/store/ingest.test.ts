import { blake3 } from '@napi-rs/blake-hash';
import { getAttributeSync, listAttributesSync, setAttributeSync } from '@napi-rs/xattr';
import { execFileSync, spawn } from 'node:child_process';
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
import { makeFeatureTree, makeTestStore, openTestStore, runInIdSpace, testIds } from './test-store.ts';

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

/** All that may not change, of a directory and everything in it. */
function look(): string {
  const format = '%P %y %i %n %m %U:%G %s %T@ %l\\n';
  return runInIdSpace('find', directory, '-printf', format);
}

describe('a directory that is kept as it is', () => {
  it('keeps everything of every inode, and each of overlay’s notes', async () => {
    makeFeatureTree(directory);
    const notes = (name: string) =>
      listAttributesSync(at(name)).map((each) => [each, getAttributeSync(at(name), each)]);
    const before = [look(), notes('opaque'), notes('etc'), notes('su')];
    expect(notes('opaque')).toContainEqual(['user.overlay.origin', Buffer.from([0, 251, 33])]);
    await ingest();
    expect([look(), notes('opaque'), notes('etc'), notes('su')]).toEqual(before);
  });

  it('is the tree that consuming it gives, but for the times', async () => {
    makeFeatureTree(directory);
    const { digest: timed, entries, bytes } = await ingest();
    const consumed = await store.trees.consume(directory, testIds);
    expect({ entries, bytes }).toEqual({ entries: consumed.entries, bytes: consumed.bytes });
    const untimed = entriesOf(timed).map((entry) => {
      if (entry.type === 'link') return entry;
      const { mtime, ...rest } = entry;
      expect(typeof mtime).toBe('bigint');
      return rest;
    });
    expect(untimed).toEqual(entriesOf(consumed.digest));
  });

  it('leaves objects that a checkout accepts', async () => {
    makeFeatureTree(directory);
    await ingest();
    const { digest } = await store.trees.consume(directory, testIds);
    runInIdSpace('rm', '-rf', path.join(fixture.root, 'checkouts', digest));
    expect(fs.readdirSync(await store.trees.checkout(digest, testIds))).toContain('su');
  });

  it('has each time to the nanosecond, before 1970 and after 2262 too', async () => {
    write('old', 'x');
    write('late', 'x');
    fs.symlinkSync('nowhere', at('link'));
    execFileSync('touch', ['-d', '@-5.000000001', at('old')]);
    execFileSync('touch', ['-d', '@10000000000.123456789', at('late')]);
    execFileSync('touch', ['-h', '-d', '@1.000000001', at('link')]);
    const { digest } = await ingest();
    const times = new Map(entriesOf(digest).map((entry) => [entry.path, entry.type === 'link' ? 0n : entry.mtime]));
    expect(times.get('old')).toBe(fs.lstatSync(at('old'), { bigint: true }).mtimeNs);
    expect(times.get('late')).toBe(fs.lstatSync(at('late'), { bigint: true }).mtimeNs);
    expect(times.get('link')).toBe(1_000_000_001n);
    const copy = path.join(fixture.place, 'copy');
    await store.trees.materialize(digest, { directory: copy, ids: testIds });
    const stat = (place: string) => execFileSync('find', [place, '-printf', '%P %T@\\n'], { encoding: 'utf8' });
    expect(stat(copy)).toBe(stat(directory));
    expect((await store.trees.ingest(copy, testIds)).digest).toBe(digest);
  });

  it('keeps holes', async () => {
    const size = 64 * 1024 * 1024;
    const descriptor = fs.openSync(at('sparse'), 'w');
    fs.writeSync(descriptor, 'middle', 5_000_000);
    fs.ftruncateSync(descriptor, size);
    fs.closeSync(descriptor);
    const small = fs.openSync(at('small'), 'w');
    fs.ftruncateSync(small, 100_000);
    fs.closeSync(small);
    const { digest } = await ingest();
    const large = fs.statSync(objectOf(digest, 'sparse'));
    expect(large.size).toBe(size);
    expect(large.blocks * 512).toBeLessThan(100_000);
    expect(fs.readFileSync(objectOf(digest, 'sparse')).equals(fs.readFileSync(at('sparse')))).toBe(true);
    expect(fs.statSync(objectOf(digest, 'small'))).toMatchObject({ size: 100_000, blocks: 0 });
  });

  it('leaves sockets out, and says which', async () => {
    const program = `require('net').createServer().listen('socket', () => process.exit())`;
    execFileSync(process.execPath, ['-e', program], { cwd: directory });
    expect(await ingest()).toMatchObject({ entries: 1, skipped: ['/socket'] });
    expect(fs.readdirSync(directory)).toEqual(['socket']);
  });

  it('of many files is read by threads to the same objects, each once', async () => {
    for (let index = 0; index < 7100; index += 1) write(`${index}`, `${index % 3000}`);
    setAttributeSync(at('7'), 'user.note', 'x');
    const { digest, entries } = await ingest();
    expect(entries).toBe(7101);
    const objects = fs.readdirSync(path.join(fixture.root, 'objects'), { recursive: true, withFileTypes: true });
    expect(objects.filter((each) => each.isFile())).toHaveLength(3001);
    const consumed = await store.trees.consume(directory, testIds);
    const objectsOf = (tree: TreeDigest) =>
      entriesOf(tree).flatMap((entry) => (entry.type === 'file' ? [[entry.path, entry.object]] : []));
    expect(objectsOf(digest)).toEqual(objectsOf(consumed.digest));
  });
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

  it('does not rely on what was written in the very moment of the look', async () => {
    // Many times, because the moment is a few milliseconds long.
    for (let round = 0; round < 20; round += 1) {
      write('file', `a${round % 10}`);
      await ingest();
      write('file', `b${round % 10}`);
      const { digest } = await ingest();
      expect(fs.readFileSync(objectOf(digest, 'file'), 'utf8')).toBe(`b${round % 10}`);
    }
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
