import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { KarapaceError } from '../../src/errors.ts';
import { storeLayout } from '../../src/store/store-layout.ts';
import { byteString } from '../../src/store/system-path.ts';
import type { FileToTake } from '../../src/store/take-file.ts';
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

function file(name: string, text: string): FileToTake {
  const location = path.join(place, name);
  fs.writeFileSync(location, text);
  const identity = fs.lstatSync(location, { bigint: true });
  const { dev, ino, size, mtimeNs, ctimeNs } = identity;
  return {
    location: byteString(location),
    identity: { dev, ino, size, mtimeNs, ctimeNs },
    sparse: false,
    mode: 0o644,
    uid: 0,
    gid: 0,
    metadataClass: '644.0.0',
  };
}

const take = (files: readonly FileToTake[]) =>
  takeFiles(files, {
    layout: storeLayout(place),
    intake,
    refuse: (index, cause) => new KarapaceError('COMMIT_FAILED', `${index}: ${cause.message}`),
  });

describe.each([
  ['one thread', 10],
  ['threads', 7100],
])('a file among others, taken by %s,', (_who, count) => {
  const MISSING = 'it cannot be read (no such file or directory)';
  const CHANGED = 'it changes while it is read';
  it.each<[string, string, (each: FileToTake) => FileToTake]>([
    ['that is gone', MISSING, (each) => ({ ...each, location: `${each.location}-gone` })],
    ['that grew', CHANGED, (each) => ({ ...each, identity: { ...each.identity, size: 3n } })],
    ['that shrank', CHANGED, (each) => ({ ...each, identity: { ...each.identity, size: 5n } })],
    ['that is another', CHANGED, (each) => ({ ...each, identity: { ...each.identity, ino: 1n } })],
    ['that was written to', CHANGED, (each) => ({ ...each, identity: { ...each.identity, mtimeNs: 1n } })],
    [
      'whose inode was changed',
      CHANGED,
      (each) => ({ ...each, identity: { ...each.identity, ctimeNs: each.identity.ctimeNs - 1n } }),
    ],
  ])('%s is refused by its index', async (_what, message, change) => {
    const whole = file('whole', 'text');
    const files = Array.from({ length: count }, (_, index) => (index === count - 3 ? change(whole) : whole));
    await expect(take(files)).rejects.toMatchObject({ code: 'COMMIT_FAILED', message: `${count - 3}: ${message}` });
  });

  it('that is the same as the others is written once', async () => {
    const whole = file('whole', 'text');
    const taken = await take(Array.from({ length: count }, () => whole));
    expect(taken).toHaveLength(count);
    expect(new Set(taken.map(({ object }) => object)).size).toBe(1);
    expect(fs.readdirSync(intake, { recursive: true })).toHaveLength(2);
  });

  it('with no room for it is an error of the store', async () => {
    const whole = file('whole', 'text');
    fs.rmdirSync(intake);
    fs.writeFileSync(intake, 'no directory');
    await expect(take(Array.from({ length: count }, () => whole))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
