import { chmod, chown, lstat, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test as base } from 'vitest';

import { rewriteManifest } from '../../src/store/rewrite-manifest.ts';

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'karapace-rewrite-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
});

const passing = async (): Promise<void> => undefined;
const rewrite = { before: 'old\r\n', after: 'new\r\n', check: passing };

test('a manifest is replaced as a whole, with its mode, and nothing is left beside it', async ({ folder }) => {
  const file = path.join(folder, 'karapace.toml');
  await writeFile(file, 'old\r\n');
  await chmod(file, 0o640);

  await rewriteManifest(file, rewrite);

  expect(await readFile(file, 'utf8')).toBe('new\r\n');
  expect((await stat(file)).mode & 0o7777).toBe(0o640);
  expect(await readdir(folder)).toEqual(['karapace.toml']);
});

test('a byte order mark stays', async ({ folder }) => {
  const file = path.join(folder, 'karapace.toml');
  await writeFile(file, '\uFEFFold\r\n');

  await rewriteManifest(file, rewrite);

  expect(await readFile(file, 'utf8')).toBe('\uFEFFnew\r\n');
});

test('a link stays one, and the file that it leads to is replaced', async ({ folder }) => {
  const [file, link] = [path.join(folder, 'shared.toml'), path.join(folder, 'karapace.toml')];
  await writeFile(file, 'old\r\n');
  await symlink('shared.toml', link);

  await rewriteManifest(link, rewrite);

  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(await readFile(file, 'utf8')).toBe('new\r\n');
});

test.runIf(process.getuid?.() === 0)('root leaves a manifest to whom it belongs', async ({ folder }) => {
  const file = path.join(folder, 'karapace.toml');
  await writeFile(file, 'old\r\n');
  await chown(file, 1234, 2345);

  await rewriteManifest(file, rewrite);

  expect(await stat(file)).toMatchObject({ uid: 1234, gid: 2345 });
});

test('a manifest that is read-only stays as it is, whoever asks', async ({ folder }) => {
  const file = path.join(folder, 'karapace.toml');
  await writeFile(file, 'old\r\n', { mode: 0o444 });

  await expect(rewriteManifest(file, rewrite)).rejects.toMatchObject({
    code: 'MANIFEST_UNWRITABLE',
    message: expect.stringContaining('it is read-only'),
    place: { file },
  });
  expect(await readFile(file, 'utf8')).toBe('old\r\n');
});

test('a manifest that somebody changes meanwhile keeps what he wrote', async ({ folder }) => {
  const file = path.join(folder, 'karapace.toml');
  await writeFile(file, 'old\r\n');
  const check = (): Promise<void> => writeFile(file, 'theirs\n');

  await expect(rewriteManifest(file, { ...rewrite, check })).rejects.toMatchObject({
    code: 'MANIFEST_UNWRITABLE',
    message: expect.stringContaining('somebody changed it meanwhile'),
    hint: 'Run the command again: it starts from what the manifest has now.',
  });
  expect(await readFile(file, 'utf8')).toBe('theirs\n');
  expect(await readdir(folder)).toEqual(['karapace.toml']);
});

test('a new text that is refused leaves nothing behind; it was looked at under a name of the same kind', async ({
  folder,
}) => {
  const file = path.join(folder, 'karapace.config.ts');
  await writeFile(file, 'old\r\n');
  const seen: string[] = [];
  const check = async (temporary: string): Promise<void> => {
    seen.push(await readFile(temporary, 'utf8'), path.extname(temporary), path.dirname(temporary));
    throw new Error('no');
  };

  await expect(rewriteManifest(file, { ...rewrite, check })).rejects.toMatchObject({ code: 'MANIFEST_UNWRITABLE' });
  expect(seen).toEqual(['new\r\n', '.ts', folder]);
  expect(await readdir(folder)).toEqual(['karapace.config.ts']);
});
