import { fs, vol } from 'memfs';
import { beforeEach, expect, test, vi } from 'vitest';

import { listProjectLocks, readProjectLock, writeProjectLock } from '../../src/store/project-lock.ts';

vi.mock('node:fs', async () => {
  const { fs: memory } = await import('memfs');
  return { default: memory, constants: memory.constants };
});
// The kernel's own are in a file.
vi.mock('../../src/store/unique-name.ts', () => ({ uniqueName: () => crypto.randomUUID() }));
vi.mock('node:fs/promises', async () => (await import('memfs')).fs.promises);

beforeEach(() => {
  vol.reset();
  vol.fromJSON({ '/project/karapace.toml': '' });
});

test('a project without a lock has none', async () => {
  expect(await readProjectLock('/project/karapace.lock')).toBeUndefined();
});

test('a lock is read as it was written, and nothing is left beside it', async () => {
  await writeProjectLock('/project/karapace.lock', 'first');
  await writeProjectLock('/project/karapace.lock', 'second');

  expect(await readProjectLock('/project/karapace.lock')).toBe('second');
  expect(fs.readdirSync('/project')).toEqual(['karapace.lock', 'karapace.toml']);
});

test('a lock that cannot be written is one error, and the old one stays', async () => {
  await writeProjectLock('/project/karapace.lock', 'first');
  const rename = vi.spyOn(fs.promises, 'rename').mockRejectedValue(new Error('ENOSPC: no space left on device'));

  await expect(writeProjectLock('/project/karapace.lock', 'second')).rejects.toMatchObject({
    code: 'LOCK_UNWRITABLE',
    message: expect.stringContaining('no space left'),
  });

  rename.mockRestore();
  expect(await readProjectLock('/project/karapace.lock')).toBe('first');
  expect(fs.readdirSync('/project')).toEqual(['karapace.lock', 'karapace.toml']);
});

test('a directory in the place of a lock is named', async () => {
  vol.mkdirSync('/project/karapace.lock');

  await expect(readProjectLock('/project/karapace.lock')).rejects.toMatchObject({ code: 'LOCK_INVALID' });
});

test('a directory that is gone has no locks, and one that cannot be read is named', async () => {
  expect(await listProjectLocks('/gone')).toEqual([]);
  const readdir = vi.spyOn(fs.promises, 'readdir').mockRejectedValue(new Error('EACCES: permission denied'));

  await expect(listProjectLocks('/project')).rejects.toMatchObject({
    code: 'LOCK_INVALID',
    message: expect.stringContaining('`/project` cannot be read'),
  });

  readdir.mockRestore();
});
