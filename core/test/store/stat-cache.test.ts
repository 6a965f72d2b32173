import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ObjectId } from '../../src/contracts/ids.ts';
import { openStatCache, type InodeIdentity } from '../../src/store/stat-cache.ts';
import { storeLayout } from '../../src/store/store-layout.ts';
import { pastTheClock } from './gc/gc-store.ts';
import { makePlace, removePlace } from './test-store.ts';

let place: string;
beforeEach(() => {
  place = makePlace();
  fs.mkdirSync(path.join(place, 'cache'));
});
afterEach(() => removePlace(place));

describe('what is known of files', () => {
  const OBJECT = 'ab'.repeat(32) as ObjectId;
  const open = () => openStatCache(storeLayout(place), place, place);
  const remembered = (inode: InodeIdentity) => {
    const cache = open();
    cache.put(inode, { object: OBJECT, plain: true });
    cache.save();
    return open().find(inode);
  };

  it('is what was put, of the very same inode', async () => {
    fs.writeFileSync(path.join(place, 'file'), 'text');
    const inode = fs.lstatSync(path.join(place, 'file'), { bigint: true });
    await pastTheClock();
    expect(remembered(inode)).toEqual({ object: OBJECT, plain: true });
    for (const field of ['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const) {
      const other = { dev: 0n, ino: 0n, size: 0n, mtimeNs: 0n, ctimeNs: 0n };
      for (const each of ['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const) other[each] = inode[each];
      other[field] += 1n;
      expect(open().find(other)).toBeUndefined();
    }
  });

  it('is nothing of a file that was written in the moment of the look, or lies on another file system', async () => {
    fs.writeFileSync(path.join(place, 'file'), 'text');
    const inode = fs.lstatSync(path.join(place, 'file'), { bigint: true });
    await pastTheClock();
    const cache = open();
    const now = fs.lstatSync(place, { bigint: true }).ctimeNs;
    const { dev, ino, size, mtimeNs, ctimeNs } = inode;
    const unsure = [
      { dev, ino, size, mtimeNs, ctimeNs: now },
      { dev, ino: ino + 1n, size, mtimeNs: now, ctimeNs },
      { dev: dev + 1n, ino: ino + 2n, size, mtimeNs, ctimeNs },
    ];
    for (const each of unsure) cache.put(each, { object: OBJECT, plain: true });
    cache.save();
    expect(unsure.map((each) => open().find(each))).toEqual([undefined, undefined, undefined]);
  });
});
