import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { test as base, expect } from 'vitest';

import { karapace, openWorkplace, startKarapace, type Workplace } from './support/karapace.ts';

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

test('a directory where no lock can be written is refused before anything is built', async ({ place }) => {
  const manifest = await place.manifest(
    `manifest_version = 1\n[base]\nimage = "debian"\n[runtime]\nbackend = "mock"\n`,
  );
  const script = 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; shift; exec "$@"';
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const prefix = ['unshare', ...user, '--mount', 'sh', '-euc', script, 'sh', path.dirname(manifest)];

  const { code, stderr } = await karapace(['build', manifest], { ...place, prefix });

  expect(stderr).toContain('error[LOCK_UNWRITABLE]');
  expect(stderr).not.toContain('Resolving');
  expect(code).toBe(2);
});

test('what a config module prints does not get into the result', async ({ place }) => {
  const file = await writeModule(place, `console.log('noise');\nexport default ${JSON.stringify(MANIFEST)};\n`);

  const { code, stdout, stderr } = await karapace(['--json', 'build', file], place);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'built' });
  expect(stderr).toContain('noise');
});

test('a config module that calculates without end is ended by one Ctrl-C', async ({ place }) => {
  const file = await writeModule(place, 'console.log("begun");\nwhile (true);\n');
  const child = startKarapace(['build', file], place);
  const chunks: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => {
    // Once it has printed, not while it does.
    if (chunk.includes('begun')) setTimeout(() => child.kill('SIGINT'), 200);
    chunks.push(chunk);
  });
  const [code] = (await once(child, 'close')) as [number | null];

  expect(Buffer.concat(chunks).toString()).toContain('error[CANCELLED]: The build was stopped by SIGINT');
  expect(code).toBe(130);
});

test.for(['process.exit(0);', 'import { exit } from "node:process";\nexit(0);', 'await 1;\nprocess.exit(0);'])(
  'a config module that ends the process is one error: %j',
  async (text, { place }) => {
    const file = await writeModule(place, `${text}\nexport default ${JSON.stringify(MANIFEST)};\n`);

    const { code, stderr } = await karapace(['build', file], place);

    expect(stderr).toContain('error[CONFIG_INVALID]');
    expect(stderr).toContain('it calls `process.exit`');
    expect(code).toBe(2);
  },
);

test('a plugin that ends the process does not make the command succeed', async ({ place }) => {
  const text = `setTimeout(() => process.exit(0), 1);\nexport default ${JSON.stringify(MANIFEST)};\n`;
  const { code, stderr } = await karapace(['build', await writeModule(place, text)], place);

  expect(stderr).toContain('error[PLUGIN_FAILED]: The process was ended before its command was done');
  expect(code).toBe(1);
});

test('a config module that never ends loading is one error', async ({ place }) => {
  const file = await writeModule(place, 'await new Promise(() => {});\nexport default {};\n');

  const { code, stderr } = await karapace(['build', file], place);

  expect(stderr).toContain('error[CONFIG_INVALID]');
  expect(stderr).toContain('takes longer than 10 seconds');
  expect(code).toBe(2);
});
