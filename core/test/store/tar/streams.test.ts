import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TreeDigest } from '../../../src/contracts/ids.ts';
import type { TreeSummary } from '../../../src/contracts/tree-store.ts';
import { makeTestStore, removePlace, runInIdSpace, testIds } from '../test-store.ts';
import { END, rawMember, rawTar } from './raw-tar.ts';

const MEBIBYTE = 1024 * 1024;
const fixture = {} as Awaited<ReturnType<typeof makeTestStore>>;
beforeAll(async () => {
  Object.assign(fixture, await makeTestStore());
});
afterAll(async () => {
  await fixture.store.close();
  removePlace(fixture.place);
});

async function consume(fill: string): Promise<TreeSummary> {
  await using scratch = await fixture.store.scratch(testIds);
  const directory = await scratch.make('root');
  runInIdSpace('sh', '-c', `cd "$1" && ${fill}`, 'sh', directory);
  return await fixture.store.trees.consume(directory, testIds);
}

const importTar = (archive: Readable) => fixture.store.trees.importTar(archive, { ids: testIds, timed: false });

/** A header, so many bytes of content that are made when they are wanted, and an end. */
async function* hugeArchive(size: number, byte: string): AsyncGenerator<Buffer> {
  yield rawMember({ name: 'huge', size }).subarray(0, 512);
  const piece = Buffer.alloc(MEBIBYTE, byte);
  for (let sent = 0; sent < size; sent += piece.length) yield piece;
  yield END;
}

/** The most memory that any process of ours whose command line has this text took, in MiB. */
function peakMemory(text: string): number {
  const peaks = fs.readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)) return [];
      return [Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024];
    } catch {
      return []; // It ended meanwhile.
    }
  });
  return Math.max(0, ...peaks);
}

describe('the stream of an archive', () => {
  it('is made as it is read, and stops when nobody reads', async () => {
    const { digest } = await consume('head -c 200000000 /dev/zero | tr "\\0" x > large');
    const stream = await fixture.store.trees.exportTar(digest, testIds);
    let taken = 0;
    for await (const chunk of stream) {
      taken += (chunk as Buffer).length;
      if (taken > MEBIBYTE) break;
    }
    expect(peakMemory(fixture.root)).toBeLessThan(250);
    // Ends the process that was making it, or would wait for ever.
    await fixture.store.close();
    expect(peakMemory(`"root":"${fixture.root}"`)).toBe(0);
    Object.assign(fixture, { store: await reopen() });
  }, 60_000);

  it('fails, and does not end, where an object is damaged', async () => {
    const { digest } = await consume('echo damage me > file');
    const checkout = await fixture.store.trees.checkout(digest, testIds);
    runInIdSpace(
      'sh',
      '-c',
      'printf "Damage Me\\n" | dd of="$1" conv=notrunc status=none',
      'sh',
      path.join(checkout, 'file'),
    );
    const stream = await fixture.store.trees.exportTar(digest, testIds);
    await expect(buffer(stream)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('is not begun for a tree that is not there', async () => {
    const unknown = '0'.repeat(64) as TreeDigest;
    await expect(fixture.store.trees.exportTar(unknown, testIds)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('holds a gigabyte without holding it in memory, in and out', async () => {
    const summary = await importTar(Readable.from(hugeArchive(1024 * MEBIBYTE, '\0')));
    expect(summary).toMatchObject({ entries: 2, bytes: 1024 * MEBIBYTE });
    const checkout = await fixture.store.trees.checkout(summary.digest, testIds);
    expect(fs.statSync(path.join(checkout, 'huge')).blocks).toBeLessThan(100);
    let total = 0;
    let peak = 0;
    for await (const chunk of await fixture.store.trees.exportTar(summary.digest, testIds)) {
      total += (chunk as Buffer).length;
      if (total % (64 * MEBIBYTE) < 65_536) peak = Math.max(peak, peakMemory(`"root":"${fixture.root}"`));
    }
    expect(total).toBe(1024 * MEBIBYTE + 512 + 512 + 1024);
    expect(peak).toBeGreaterThan(10);
    expect(peak).toBeLessThan(300);
  }, 120_000);
});

async function reopen() {
  const { openTestStore } = await import('../test-store.ts');
  return openTestStore(fixture.root);
}

describe('an archive whose stream', () => {
  const kept = () =>
    ['trees', 'checkouts'].map((name) => fs.readdirSync(path.join(fixture.root, name), { recursive: true }).length);
  const scratches = () =>
    execFileSync('find', [path.join(fixture.root, 'tmp'), '-name', 'scratch-*'], { encoding: 'utf8' });

  it('fails is not kept, and the failure is the stream’s', async () => {
    const before = kept();
    async function* failing(): AsyncGenerator<Buffer> {
      yield rawTar({ name: 'whole', content: 'as far as anybody can see' });
      throw Object.assign(new Error('the line is dead'), { code: 'ECONNRESET' });
    }
    await expect(importTar(Readable.from(failing()))).rejects.toMatchObject({ message: 'the line is dead' });
    expect(kept()).toEqual(before);
    expect(scratches()).toBe('');
  });

  it('is wanted no more is given up, and leaves nothing', async () => {
    const before = kept();
    const stop = new AbortController();
    async function* endless(): AsyncGenerator<Buffer> {
      yield rawMember({ name: 'huge', size: 1024 ** 4 }).subarray(0, 512);
      for (let sent = 0; ; sent += 1) {
        if (sent === 3) stop.abort(new Error('stopped'));
        yield Buffer.alloc(MEBIBYTE);
      }
    }
    const options = { ids: testIds, timed: false, signal: stop.signal };
    const importing = fixture.store.trees.importTar(Readable.from(endless()), options);
    await expect(importing).rejects.toThrow('stopped');
    expect(kept()).toEqual(before);
    expect(scratches()).toBe('');
  });

  it('never ends is refused at the first thing that is wrong, and destroyed', async () => {
    const endless = new Readable({ read: () => undefined });
    endless.push(Buffer.alloc(512, 'x'));
    await expect(importTar(endless)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    expect(endless.destroyed).toBe(true);
  });

  it('goes on after the refusal is not read to its end', async () => {
    let sent = 0;
    async function* long(): AsyncGenerator<Buffer> {
      yield rawMember({ name: '/absolute', content: 'x' });
      for (; sent < 500; sent += 1) yield Buffer.alloc(MEBIBYTE);
    }
    await expect(importTar(Readable.from(long()))).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    expect(sent).toBeLessThan(500);
    expect(scratches()).toBe('');
  });

  it('comes in pieces of any size is the same archive', async () => {
    const archive = rawTar({ name: 'd/', type: '5', mode: 0o755 }, { name: 'd/f', content: 'x'.repeat(3000) });
    const pieces = Array.from({ length: Math.ceil(archive.length / 7) }, (_, index) =>
      archive.subarray(7 * index, 7 * index + 7),
    );
    expect(await importTar(Readable.from(pieces))).toEqual(await importTar(Readable.from([archive])));
  });
});
