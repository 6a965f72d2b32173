import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Store } from '../../src/contracts/store.ts';
import { archivePin, bodyOf } from './archive-fixture.ts';
import { makeTestStore, testIds } from './test-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
beforeEach(async () => {
  fixture = await makeTestStore();
  store = fixture.store;
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const objects = () =>
  fs
    .readdirSync(path.join(fixture.root, 'objects'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile());

describe('archives', () => {
  it('are kept once they are whole, and placed under any name', async () => {
    const archive = archivePin('some bytes');
    const counts: number[] = [];
    expect(await store.archives.has(archive)).toBe(false);
    await store.archives.add(archive, bodyOf('some bytes'), (count) => counts.push(count));
    expect(counts).toEqual([3, 7]);
    expect(await store.archives.has(archive)).toBe(true);
    await using scratch = await store.scratch(testIds);
    const directory = await scratch.make('archives');
    await store.archives.place([{ archive, name: 'pkg_1%3a1.0_all.deb' }], directory);
    expect(fs.readFileSync(path.join(directory, 'pkg_1%3a1.0_all.deb'), 'utf8')).toBe('some bytes');
    expect(fs.statSync(path.join(directory, 'pkg_1%3a1.0_all.deb')).mode & 0o7777).toBe(0o644);
  });

  it('that come at the same time are all kept', async () => {
    const contents = Array.from({ length: 30 }, (_, index) => `archive ${index}`);
    await Promise.all(
      [...contents, ...contents].map((content) => store.archives.add(archivePin(content), bodyOf(content))),
    );
    const found = await Promise.all(contents.map((content) => store.archives.has(archivePin(content))));
    expect(found).not.toContain(false);
    expect(objects()).toHaveLength(30);
  });

  it.each([
    ['too short', 'some byte', 'has 9 bytes instead of 10'],
    ['too long', 'some bytes and more', 'has more than 10 bytes'],
    ['others', 'SOME bytes', 'instead of'],
  ])('that are %s are refused, and nothing of them stays', async (_what, served, message) => {
    const archive = archivePin('some bytes');
    await expect(store.archives.add(archive, bodyOf(served))).rejects.toMatchObject({
      code: 'DOWNLOAD_CORRUPT',
      message: expect.stringContaining(message) as string,
    });
    expect(await store.archives.has(archive)).toBe(false);
    expect(objects()).toEqual([]);
    await store.close();
    expect(fs.readdirSync(path.join(fixture.root, 'tmp'))).toEqual([]);
  });

  it('without end are given up at the pinned size', async () => {
    let served = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          served += 1000;
          yield Buffer.alloc(1000);
        }
      })(),
    );
    await expect(store.archives.add(archivePin('short'), endless)).rejects.toMatchObject({ code: 'DOWNLOAD_CORRUPT' });
    expect(served).toBeLessThan(100_000);
  });

  it('whose download breaks give its error, and nothing of them stays', async () => {
    const broken = new Readable({ read: (): void => void broken.destroy(new Error('connection lost')) });
    await expect(store.archives.add(archivePin('some bytes'), broken)).rejects.toThrow('connection lost');
    expect(objects()).toEqual([]);
  });

  it('heal an object that was damaged when they are added again', async () => {
    const archive = archivePin('some bytes');
    await store.archives.add(archive, bodyOf('some bytes'));
    const [object] = objects();
    fs.writeFileSync(path.join(object?.parentPath ?? '', object?.name ?? ''), 'SOME BYTES');
    await store.archives.add(archive, bodyOf('some bytes'));
    await using scratch = await store.scratch(testIds);
    await store.archives.place([{ archive, name: 'pkg' }], scratch.directory);
    expect(fs.readFileSync(path.join(scratch.directory, 'pkg'), 'utf8')).toBe('some bytes');
  });

  it('are not placed outside of the directory', async () => {
    const archive = archivePin('some bytes');
    await store.archives.add(archive, bodyOf('some bytes'));
    await expect(store.archives.place([{ archive, name: '../x' }], fixture.root)).rejects.toThrow(TypeError);
  });

  it('that nobody has pinned are pinned by what came', async () => {
    const { size, sha256, ...named } = archivePin('some bytes');

    const pin = await store.archives.keep(named, bodyOf('some bytes'));

    expect(pin).toEqual({ ...named, size, sha256 });
    expect(await store.archives.has(pin)).toBe(true);
  });

  it.each([
    ['are empty', () => bodyOf(''), 'has no bytes'],
    ['break off', () => brokenBody(), 'the connection is gone'],
  ])('that nobody has pinned and that %s are not kept', async (_what, body, message) => {
    const { size: _size, sha256: _sha256, ...named } = archivePin('some bytes');

    await expect(store.archives.keep(named, body())).rejects.toThrow(message);

    expect(objects()).toEqual([]);
    expect(fs.readdirSync(path.join(fixture.root, 'archives'))).toEqual([]);
  });
});

function brokenBody(): Readable {
  async function* pieces(): AsyncGenerator<Buffer> {
    yield Buffer.from('some');
    await Promise.reject(new Error('the connection is gone'));
  }
  return Readable.from(pieces());
}
