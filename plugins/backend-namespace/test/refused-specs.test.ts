import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { runSample } from '@karapace/core/testing';
import { expect } from 'vitest';

import { test } from './sandbox-test.ts';

test.for(['/', '/proc', '/proc/sys', '/sys', '/dev/shm'])(
  '%s of the host is never mounted',
  async (source, { box }) => {
    const spec = box.spec(['true'], { mounts: [{ source, target: '/data', readOnly: false }] });

    await expect(runSample(box.backend, spec)).rejects.toMatchObject({ code: 'SANDBOX_FAILED' });
  },
);

test('nor is it through a link', async ({ box }) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'karapace-link-'));
  try {
    await symlink('/proc', path.join(directory, 'link'));
    const source = path.join(directory, 'link');
    const spec = box.spec(['true'], { mounts: [{ source, target: '/data', readOnly: false }] });

    await expect(runSample(box.backend, spec)).rejects.toMatchObject({ message: expect.stringContaining('`/proc`') });
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a command with more arguments than can be passed is told so', async ({ box }) => {
  const spec = box.spec(['echo', ...Array.from({ length: 20_000 }, () => 'word')]);

  await expect(runSample(box.backend, spec)).rejects.toMatchObject({
    message: expect.stringContaining('20001 arguments'),
  });
});
