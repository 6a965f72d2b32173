import { getAttributeSync, listAttributesSync, setAttributeSync } from '@napi-rs/xattr';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { TreeDigest } from '../../src/contracts/ids.ts';
import type { Store } from '../../src/contracts/store.ts';
import { metadataClass } from '../../src/store/metadata-class.ts';
import { storeLayout } from '../../src/store/store-layout.ts';
import type { FileEntry } from '../../src/store/tree-entry.ts';
import { readTree } from '../../src/store/tree-record.ts';
import { makeFeatureTree, makeTestStore, runInIdSpace, testIds } from './test-store.ts';

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
