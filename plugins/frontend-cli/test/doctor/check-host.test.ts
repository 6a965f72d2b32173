import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';

import { checkHost } from '../../src/doctor/check-host.ts';
import type { FileSystem, Host } from '../../src/doctor/host.ts';
import { version } from '../../src/version.ts';

const run = promisify(execFile);
const HOST_MODULE = new URL('../../src/doctor/host.ts', import.meta.url).href;
const EXT4 = 0xef53;
const GIB = 1024 ** 3;

const host = (changes: Partial<Host> & Partial<FileSystem> = {}): Host => ({
  nodeVersion: '24.21.0',
  uid: 1000,
  exists: (place) => ['/', '/home', '/home/a'].includes(place),
  owner: async () => 1000,
  isWritable: async () => true,
  fileSystem: async () => ({ type: EXT4, free: 50 * GIB, freeFiles: null, ...changes }),
  ...changes,
});

const statesOf = async (changes: Parameters<typeof host>[0], root = '/home/a/store') =>
  Object.fromEntries(
    (await checkHost(root, host(changes))).map(({ id, state, detail }) => [id, `${state}: ${detail}`]),
  );

test('a healthy machine without a store passes', async () => {
  expect(await statesOf({})).toEqual({
    karapace: `ok: ${version()}`,
    node: 'ok: 24.21.0',
    store: 'ok: /home/a/store (made by the first build)',
    'disk-space': 'ok: 50.0 GiB free at /home/a',
    'free-inodes': 'ok: no limit at /home/a',
    'file-system': 'ok: /home/a',
  });
});

test('a store of somebody else, or one that cannot be written, fails', async () => {
  const exists = () => true;

  expect((await statesOf({ exists, owner: async () => 0 }))['store']).toBe(
    'failed: /home/a/store belongs to user 0, and you are 1000',
  );
  expect((await statesOf({ isWritable: async () => false }))['store']).toBe('failed: /home/a is not writable');
  expect((await statesOf({ owner: async () => 0 }))['store']).toMatch(/^ok/);
});

test.each([
  [10 * GIB, 'ok'],
  [1 * GIB, 'warning'],
  [0.1 * GIB, 'failed'],
])('%d free bytes are %s', async (free, state) => {
  expect((await statesOf({ free }))['disk-space']).toMatch(new RegExp(`^${state}`));
});

test.each([
  [0x01021994, 'gone after a restart'],
  [0x794c7630, 'not safe against a power cut'],
  [0x6969, 'not safe against a power cut'],
])('a file system of type %d is a warning with its reason', async (type, reason) => {
  expect((await statesOf({ type }))['file-system']).toMatch(new RegExp(`^warning: .*${reason}`));
});

test.each([
  ['24.14.9', 'failed'],
  ['22.20.0', 'failed'],
  ['24.15.0', 'ok'],
  ['25.0.0', 'ok'],
])('Node %s is %s', async (nodeVersion, state) => {
  expect((await statesOf({ nodeVersion }))['node']).toBe(`${state}: ${nodeVersion}`);
});

test.each([
  [500_000, 'ok'],
  [50_000, 'warning'],
  [5_000, 'failed'],
])('room for %d files is %s', async (freeFiles, state) => {
  expect((await statesOf({ freeFiles }))['free-inodes']).toMatch(new RegExp(`^${state}: room for ${freeFiles} more`));
});

test('a small disk with few inodes is seen as what it is', async () => {
  const small = path.join(await mkdtemp(path.join(tmpdir(), 'karapace-small-')), 'disk');
  onTestFinished(() => rm(path.dirname(small), { recursive: true }));
  const look = `import { thisHost } from '${HOST_MODULE}';
    console.log(JSON.stringify(await thisHost.fileSystem('${small}')));`;
  const script = `mkdir ${small} && mount -t tmpfs -o size=64k,nr_inodes=100 small ${small} && exec "$@"`;
  const node = [process.execPath, '--input-type=module', '--eval', look];
  const { stdout } = await run('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', ...node]);

  const disk = JSON.parse(stdout) as FileSystem;
  expect(disk).toEqual({ type: 0x01021994, free: 64 * 1024, freeFiles: 99 });
  expect(await statesOf(disk)).toMatchObject({
    'disk-space': expect.stringMatching(/^failed: 64.0 KiB/) as string,
    'free-inodes': 'failed: room for 99 more files at /home/a',
    'file-system': expect.stringMatching(/^warning: tmpfs/) as string,
  });
});
