import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ObjectId } from '../../src/contracts/ids.ts';
import type { FileWithBytes } from '../../src/store/ingested-file.ts';
import { inodeIdentity } from '../../src/store/inode-identity.ts';
import { storeLayout } from '../../src/store/store-layout.ts';
import { byteString } from '../../src/store/system-path.ts';
import { takeFiles } from '../../src/store/take-files.ts';
import { makePlace, removePlace } from './test-store.ts';

let place: string;
let intake: string;
beforeEach(() => {
  place = makePlace();
  intake = path.join(place, 'intake');
  fs.mkdirSync(intake);
});
afterEach(() => removePlace(place));

function file(name: string, text: string): FileWithBytes {
  const location = path.join(place, name);
  fs.writeFileSync(location, text);
  const inode = { mode: 0o644, uid: 0, gid: 0, attributes: [] };
  return {
    entry: { type: 'file', path: name, ...inode, size: text.length, object: '' as ObjectId },
    identity: inodeIdentity(fs.lstatSync(location, { bigint: true })),
  };
}

const take = (files: readonly FileWithBytes[]) =>
  takeFiles(files, { source: byteString(place), layout: storeLayout(place), intake });

/** A file that was listed as it is not. */
const listed = (each: FileWithBytes, change: (stats: fs.BigIntStats) => Partial<fs.BigIntStats>): FileWithBytes => {
  const stats = fs.lstatSync(path.join(place, each.entry.path), { bigint: true });
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const identity = { dev, ino, size, mtimeNs, ctimeNs, ...change(stats) };
  return { ...each, entry: { ...each.entry, size: Number(identity.size) }, identity: inodeIdentity(identity) };
};

describe.each([
  ['one thread', 10],
  ['threads', 7100],
])('a file among others, taken by %s,', (_who, count) => {
  const MISSING = 'it cannot be read (no such file or directory)';
  const CHANGED = 'it changes while it is read';
  it.each<[string, string, (each: FileWithBytes) => FileWithBytes]>([
    ['that is gone', MISSING, (each) => ({ ...each, entry: { ...each.entry, path: 'gone' } })],
    ['that grew', CHANGED, (each) => listed(each, () => ({ size: 3n }))],
    ['that shrank', CHANGED, (each) => listed(each, () => ({ size: 5n }))],
    ['that is another', CHANGED, (each) => listed(each, () => ({ ino: 1n }))],
    ['that was written to', CHANGED, (each) => listed(each, () => ({ mtimeNs: 1n }))],
    ['whose inode was changed', CHANGED, (each) => listed(each, ({ ctimeNs }) => ({ ctimeNs: ctimeNs - 1n }))],
  ])('%s is refused by its name', async (_what, message, change) => {
    const whole = file('whole', 'text');
    const odd = change(file('odd', 'text'));
    const files = Array.from({ length: count }, (_, index) => (index === count - 3 ? odd : whole));
    await expect(take(files)).rejects.toMatchObject({
      code: 'COMMIT_FAILED',
      message: expect.stringMatching(/^`\/(gone|odd)` cannot be kept: /) as string,
    });
    await expect(take(files)).rejects.toThrow(message);
  });

  it('that is the same as the others is written once', async () => {
    const whole = file('whole', 'text');
    const taken = await take(Array.from({ length: count }, () => whole));
    expect(taken).toHaveLength(count);
    expect(new Set(taken.map(({ object }) => object)).size).toBe(1);
    expect(fs.readdirSync(intake)).toHaveLength(1);
  });

  it('with no room for it is an error of the store', async () => {
    const whole = file('whole', 'text');
    fs.rmdirSync(intake);
    fs.writeFileSync(intake, 'no directory');
    await expect(take(Array.from({ length: count }, () => whole))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

it('a file of a gigabyte needs no more memory than a small one', async () => {
  const small = file('large', 'text');
  const size = 1024 ** 3;
  fs.truncateSync(path.join(place, 'large'), size);
  const identity = inodeIdentity(fs.lstatSync(path.join(place, 'large'), { bigint: true }));
  const { maxRSS } = process.resourceUsage();
  const [taken] = await take([{ entry: { ...small.entry, size }, identity, sparse: true }]);
  expect(taken?.staged).toBe(true);
  expect(process.resourceUsage().maxRSS - maxRSS).toBeLessThan(256 * 1024);
});
