import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { test as base, describe, expect } from 'vitest';

import type { FullDiskReport } from './support/full-disk-life.ts';
import { whyNoPowerCuts as whyNoLoopDevices } from './sweep/run-power-lab.ts';

const LIFE = fileURLToPath(new URL('support/full-disk-life.ts', import.meta.url));
const MEBIBYTE = 1024 * 1024;

const test = base.extend<{ directory: string }>({
  directory: async ({}, use) => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'karapace-small-'));
    fs.mkdirSync(path.join(directory, 'disk'));
    await use(directory);
    fs.rmSync(directory, { recursive: true, force: true });
  },
});

const isRoot = process.getuid?.() === 0;

/** A life on a file system that is mounted for it alone. */
function liveOn(directory: string, mount: string, prefix: readonly string[]): FullDiskReport {
  const script = `${mount} "$1/disk" && shift && exec "$@"`;
  const [program = '', ...args] = [
    ...[...prefix, '--mount', '--propagation', 'private', 'sh', '-euc', script, 'sh', directory],
    ...[process.execPath, '--conditions=karapace-source', LIFE, path.join(directory, 'disk')],
  ];
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8' })) as FullDiskReport;
}

const done = { build: 'done', rebuild: 'done', commit: 'done', exec: 'done', restore: 'done', rename: 'done' };

/**
 * Without a byte free gc and destroy work, and environments can be entered; all else works or is one error; nothing is lost;
 * with room all works again.
 */
function expectAsPromised({ kept, restored, tried, ...report }: FullDiskReport): void {
  const { enter, destroy, gc, exec, ...others } = tried;
  expect({ enter, destroy, gc }).toEqual({ enter: 'done', destroy: 'done', gc: 'done' });
  // The command begins, and finds no room for what it writes.
  expect(exec).toBe('SANDBOX_FAILED');
  expect(Object.entries(others).filter(([, code]) => code !== 'done' && code !== 'STORE_FULL')).toEqual([]);
  expect(kept).toBeGreaterThan(1);
  expect(restored).toBe(kept);
  expect(report).toEqual({
    full: 'STORE_FULL',
    bytesFree: 0,
    changed: [],
    again: { ...done, freeze: 'done' },
    findings: 0,
  });
}

describe('a store on a file system that becomes full', () => {
  test.for([1, 8, 64])('loses nothing, and works again with room: a tmpfs of %d MB', (size, { directory }) => {
    const user = isRoot ? ['unshare'] : ['unshare', '--user', '--map-root-user'];
    const report = liveOn(directory, `mount -t tmpfs -o size=${size}m none`, user);
    expectAsPromised(report);
    expect(report.tried['build']).toBe('STORE_FULL');
  });

  test('loses nothing, and works again with room: an ext4', async ({ directory, skip }) => {
    const reason = await whyNoLoopDevices();
    if (reason !== undefined) {
      console.error(`Skipped: a full ext4: ${reason}`);
      skip();
    }
    const image = path.join(directory, 'image');
    fs.writeFileSync(image, '');
    fs.truncateSync(image, 16 * MEBIBYTE);
    execFileSync('/usr/sbin/mkfs.ext4', ['-q', '-m', '0', image]);
    const root = isRoot ? ['unshare'] : ['sudo', '-n', 'unshare'];
    expectAsPromised(liveOn(directory, `mount -o loop "${image}"`, root));
  });
});
