import { expect, test } from 'vitest';

import { checkHost } from '../../src/doctor/check-host.ts';
import type { Host } from '../../src/doctor/host.ts';

const EXT4 = 0xef53;
const GIB = 1024 ** 3;

const host = (changes: Partial<Host> & { readonly type?: number; readonly free?: number } = {}): Host => ({
  nodeVersion: '24.21.0',
  uid: 1000,
  exists: (place) => ['/', '/home', '/home/a'].includes(place),
  owner: async () => 1000,
  isWritable: async () => true,
  fileSystem: async () => ({ type: changes.type ?? EXT4, free: changes.free ?? 50 * GIB }),
  ...changes,
});

const statesOf = async (changes: Parameters<typeof host>[0], root = '/home/a/store') =>
  Object.fromEntries(
    (await checkHost(root, host(changes))).map(({ id, state, detail }) => [id, `${state}: ${detail}`]),
  );

test('a healthy machine without a store passes', async () => {
  expect(await statesOf({})).toEqual({
    node: 'ok: 24.21.0',
    store: 'ok: /home/a/store (made by the first build)',
    'disk-space': 'ok: 50.0 GiB free at /home/a',
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
