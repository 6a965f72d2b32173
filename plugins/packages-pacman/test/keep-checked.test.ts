import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestTools } from '@karapace/core/testing';
import { expect, test } from 'vitest';

import { keepChecked } from '../src/keep-checked.ts';

const FILE = 'git-1-1-any.pkg.tar.zst';
const pinOf = (bytes: string) => ({
  ...{ name: 'git', version: '1-1', arch: 'any', url: `https://mirror.example.invalid/${FILE}` },
  ...{ size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
});

test('what pacman has fetched is in the store, and nobody fetches it', async () => {
  await using tools = await createTestTools();
  const directory = await tools.make();
  await writeFile(join(directory, FILE), 'a package');

  await keepChecked(pinOf('a package'), directory, tools);

  await expect(tools.archives([{ archive: pinOf('a package'), name: 'git' }])).resolves.toBeDefined();
});

test('other bytes than the database has, in any number, are refused', async () => {
  await using tools = await createTestTools();
  const directory = await tools.make();
  for (const bytes of ['b package', 'a packages']) {
    await writeFile(join(directory, FILE), bytes);
    await expect(keepChecked(pinOf('a package'), directory, tools)).rejects.toMatchObject({ code: 'MIRROR_FAILED' });
  }
});

test.each([
  { title: 'nothing', leave: async () => undefined },
  { title: 'a link', leave: async (file: string) => symlink('/etc/passwd', file) },
  { title: 'a directory', leave: async (file: string) => mkdir(file) },
  { title: 'a pipe, for which one would wait,', leave: async (file: string) => void execFileSync('mkfifo', [file]) },
])('$title where the package should be is refused', async ({ leave }) => {
  await using tools = await createTestTools();
  const directory = await tools.make();
  await leave(join(directory, FILE));

  await expect(keepChecked(pinOf('a package'), directory, tools)).rejects.toMatchObject({ code: 'TOOL_FAILED' });
});
