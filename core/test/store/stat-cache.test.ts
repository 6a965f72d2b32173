import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ObjectId } from '../../src/contracts/ids.ts';
import { inodeIdentity, type IdentifyingStats } from '../../src/store/inode-identity.ts';
import { openStatCache } from '../../src/store/stat-cache.ts';
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
  const find = (inode: IdentifyingStats) => open().find(inodeIdentity(inode));
  const remembered = (inode: IdentifyingStats) => {
    const cache = open();
    cache.put(inodeIdentity(inode), { object: OBJECT, plain: true });
    cache.save();
    return find(inode);
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
      expect(find(other)).toBeUndefined();
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
    for (const each of unsure) cache.put(inodeIdentity(each), { object: OBJECT, plain: true });
    cache.save();
    expect(unsure.map(find)).toEqual([undefined, undefined, undefined]);
  });

  it('is found again among thousands of others, whatever the order in which they were put', async () => {
    fs.writeFileSync(path.join(place, 'file'), 'text');
    const { dev, mtimeNs, ctimeNs } = fs.lstatSync(path.join(place, 'file'), { bigint: true });
    await pastTheClock();
    const inodes = Array.from({ length: 2500 }, (_, index) => {
      return { dev, ino: BigInt((index * 7919) % 2500), size: BigInt(index), mtimeNs, ctimeNs };
    });
    const objectOf = (size: bigint) => size.toString(16).padStart(64, '0') as ObjectId;
    const cache = open();
    for (const inode of inodes) cache.put(inodeIdentity(inode), { object: objectOf(inode.size), plain: false });
    cache.save();
    const kept = open();
    const found = inodes.map((inode) => kept.find(inodeIdentity(inode)));
    expect(found).toEqual(inodes.map(({ size }) => ({ object: objectOf(size), plain: false })));
  });
});
