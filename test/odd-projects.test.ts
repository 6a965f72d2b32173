import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { test as base, expect } from 'vitest';

import { karapace, openWorkplace, type Workplace } from './support/karapace.ts';

const MANIFEST = { manifest_version: 1, base: { image: 'debian/trixie' }, runtime: { backend: 'mock' } };

const test = base.extend<{ place: Workplace }>({
  place: async ({}, use) => {
    await using place = await openWorkplace();
    await use(place);
  },
});

async function writeModule({ directory }: Workplace, text: string): Promise<string> {
  await mkdir(path.join(directory, 'odd'));
  const file = path.join(directory, 'odd/karapace.config.mjs');
  await writeFile(file, text);
  return file;
}

test('a pipe in the place of the lock is refused without waiting for it', async ({ place }) => {
  const manifest = await place.manifest(
    'manifest_version = 1\n[base]\nimage = "debian"\n[runtime]\nbackend = "mock"\n',
  );
  spawnSync('mkfifo', [path.join(path.dirname(manifest), 'karapace.lock')]);

  const { code, stderr } = await karapace(['build', manifest], place);

  expect(stderr).toContain('error[LOCK_INVALID]');
  expect(code).toBe(2);
});

test('what a config module prints does not get into the result', async ({ place }) => {
  const file = await writeModule(place, `console.log('noise');\nexport default ${JSON.stringify(MANIFEST)};\n`);

  const { code, stdout, stderr } = await karapace(['--json', 'build', file], place);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'built' });
  expect(stderr).toContain('noise');
});

test('a config module that never ends loading is one error', async ({ place }) => {
  const file = await writeModule(place, 'await new Promise(() => {});\nexport default {};\n');

  const { code, stderr } = await karapace(['build', file], place);

  expect(stderr).toContain('error[CONFIG_INVALID]');
  expect(stderr).toContain('takes longer than 10 seconds');
  expect(code).toBe(2);
});
