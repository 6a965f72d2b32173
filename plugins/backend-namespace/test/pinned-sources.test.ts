import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { SandboxMount } from '@karapace/core';
import { afterEach, beforeEach, describe, expect } from 'vitest';

import { test } from './sandbox-test.ts';

let place: string;
let source: string;

beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'karapace-test-'));
  source = path.join(place, 'source');
  for (const name of ['source', 'secret']) {
    await mkdir(path.join(place, name));
    await writeFile(path.join(place, name, 'file'), `${name}\n`);
  }
});
afterEach(() => rm(place, { recursive: true }));

async function held(file = source): Promise<readonly SandboxMount[]> {
  const { dev, ino } = await stat(file, { bigint: true });
  return [{ source: file, target: '/data', readOnly: false, inode: `${dev}:${ino}` }];
}

describe('a mount whose source was looked at', () => {
  test('is mounted where the same is there, a directory or a file', async ({ box }) => {
    expect(await box.shell('cat /data/file', { mounts: await held() })).toMatchObject({ stdout: 'source\n' });
    const mounts = await held(path.join(source, 'file'));
    expect(await box.shell('cat /data', { mounts })).toMatchObject({ stdout: 'source\n' });
  });

  test('is refused where a link has taken its place, which would be followed otherwise', async ({ box }) => {
    const mounts = await held();
    await rename(source, path.join(place, 'old'));
    await symlink('secret', source);

    await expect(box.shell('cat /data/file', { mounts })).rejects.toMatchObject({
      code: 'SANDBOX_FAILED',
      message: `\`${source}\` was replaced by something else before it could be mounted`,
    });
    const unguarded = mounts.map(({ inode: _inode, ...mount }) => mount);
    expect(await box.shell('cat /data/file', { mounts: unguarded })).toMatchObject({ stdout: 'secret\n' });
  });

  test('is what was looked at all along while it is exchanged without end', async ({ box }) => {
    const mounts = await held();
    await symlink('secret', path.join(place, 'link'));
    const swap = 'while mv -T source old && mv -T link source && mv -T source link && mv -T old source; do :; done';
    await using swapping = background(swap, place);

    for (let round = 0; round < 15; round += 1) {
      const { stdout } = await box.shell('cat /data/file', { mounts }).catch(() => ({ stdout: 'refused' }));
      expect(['source\n', 'refused']).toContain(stdout);
    }
    expect(swapping.isAlive()).toBe(true);
  });
});

/** A shell program that runs until disposal, with all that it started. */
function background(script: string, cwd: string): AsyncDisposable & { isAlive(): boolean } {
  const child = spawn('sh', ['-c', script], { cwd, stdio: 'ignore', detached: true });
  return {
    isAlive: () => child.exitCode === null,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      process.kill(-Number(child.pid), 'SIGKILL');
      await ended;
    },
  };
}
