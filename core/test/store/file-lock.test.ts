import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { isFileShared, tryFileLock } from '../../src/store/file-lock.ts';
import { leaseHolder } from '../../src/store/lease.ts';
import { lazyStaging } from '../../src/store/staging.ts';
import { storeLayout } from '../../src/store/store-layout.ts';
import { makePlace, removePlace } from './test-store.ts';

let place: string;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => removePlace(place));

it.each<[string, (file: string) => void]>([
  ['a directory', (file) => fs.mkdirSync(file)],
  ['a link', (file) => fs.symlinkSync('/etc/passwd', file)],
])('%s in the place of a lock is damage, with a way out', (_what, make) => {
  const file = path.join(place, 'lock');
  make(file);

  for (const use of [tryFileLock, isFileShared]) {
    expect(() => use(file)).toThrow(
      expect.objectContaining({ code: 'STORE_CORRUPT', message: expect.stringContaining('`lock`') as unknown }),
    );
  }
});

describe('where the disk fails, no descriptor stays open', () => {
  const openFiles = (): readonly string[] =>
    fs
      .readdirSync('/proc/self/fd')
      .map((descriptor) => linkOf(`/proc/self/fd/${descriptor}`))
      .filter((file) => file.startsWith(place));
  const fail = (): never => {
    throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  };
  afterEach(() => void vi.restoreAllMocks());

  it.each<[string, () => unknown]>([
    ['of a lock', () => (vi.spyOn(fs, 'statSync').mockImplementation(fail), tryFileLock(path.join(place, 'lock')))],
    [
      'of a lease',
      () => {
        fs.mkdirSync(path.join(place, 'leases'));
        vi.spyOn(fs, 'ftruncateSync').mockImplementation(fail);
        return leaseHolder(storeLayout(place)).holding(async () => undefined);
      },
    ],
    [
      'of a process’s own directory',
      () => {
        fs.mkdirSync(path.join(place, 'tmp'));
        vi.spyOn(fs, 'mkdirSync').mockImplementation(fail);
        return lazyStaging(storeLayout(place)).get();
      },
    ],
  ])('%s, and nothing is held', async (_what, take) => {
    await expect(async () => take()).rejects.toMatchObject({ code: 'EIO' });
    vi.restoreAllMocks();
    expect(openFiles()).toEqual([]);
    for (const directory of ['leases', 'tmp'])
      expect(fs.existsSync(path.join(place, directory)) ? fs.readdirSync(path.join(place, directory)) : []).toEqual([]);
  });
});

/** Where a descriptor leads; nowhere if it is closed by now. */
function linkOf(file: string): string {
  try {
    return fs.readlinkSync(file);
  } catch {
    return '';
  }
}
