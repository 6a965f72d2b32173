import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { makePlace, removePlace, storeProgram } from './test-store.ts';

let place: string;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => removePlace(place));

const isRoot = process.getuid?.() === 0;

/** Runs a command of the program with a small file system of its own mounted on the place. */
function runOn(options: string, command: 'fill' | 'squeeze' | 'read-only'): readonly Record<string, unknown>[] {
  const script = 'mount -t tmpfs -o "$1" none "$2" && cd "$2" && shift 2 && exec "$@"';
  const user = isRoot ? [] : ['--user', '--map-root-user'];
  const program = [process.execPath, ...storeProgram(command, `${place}/store`)];
  const output = execFileSync('unshare', [...user, '--mount', 'sh', '-c', script, 'sh', options, place, ...program], {
    encoding: 'utf8',
    maxBuffer: 1e8,
    env: { ...process.env, USER: 'nobody' },
  });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a file system that is full', () => {
  it.each<[string, string, RegExp]>([
    ['of bytes', 'size=6m', /has no room left: (20000 bytes are needed, )?\d+ bytes and \d+ inodes are free$/],
    [
      'of inodes',
      'size=60m,nr_inodes=701',
      /has no room left: (20000 bytes are needed, )?\d{7,} bytes and \d inodes are free$/,
    ],
  ])('%s is one error, loses nothing, and lets environments be destroyed', (_what, options, message) => {
    const [adding, rest, consuming, ...others] = runOn(options, 'fill');
    const full = { code: 'STORE_FULL', message: expect.stringMatching(message) as string };
    expect(rest).toEqual({ rest: expect.stringContaining('ENOSPC') as string });
    expect(adding).toEqual(full);
    expect(consuming).toEqual(full);
    expect(others).toEqual([{ environments: 1, hasTree: true }, { environments: 0 }, { entries: 2 }, { left: [] }]);
    expect(fs.readdirSync(place)).toEqual([]);
  });

  it('but for a few pages makes a change or refuses it, keeps none of the pages, and hinders nobody', () => {
    const told = runOn('size=4m', 'squeeze').filter((line) => !('rest' in line));
    const [first, ...rest] = told.slice(0, -1);
    expect(first).toEqual({ free: 0, ended: 'STORE_FULL', listed: 'done', room: 0 });
    expect(rest).toHaveLength(9);
    for (const { free, ended, listed, room } of rest) {
      expect(['done', 'STORE_FULL']).toContain(ended);
      expect({ listed, room }).toEqual({ listed: 'done', room: free });
    }
    expect(rest.at(-1)).toMatchObject({ ended: 'done' });
    expect(told.at(-1)).toEqual({ environments: 0 });
  });
});

it('a store on a file system that is read-only by now tells all that it knows, and refuses every change as such', () => {
  const [told] = runOn('size=4m', 'read-only');
  const refused = ['put', 'open', 'commit', 'destroy', 'gc'].map((name) => [name, 'STORE_UNWRITABLE']);
  expect(told).toEqual({ list: 'done', get: 'done', snapshots: 'done', ...Object.fromEntries(refused) });
});
