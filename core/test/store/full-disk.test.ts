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

/** Runs the program with a small file system of its own mounted on the place. */
function fillOn(options: string): readonly Record<string, unknown>[] {
  const script = 'mount -t tmpfs -o "$1" none "$2" && cd "$2" && shift 2 && exec "$@"';
  const user = isRoot ? [] : ['--user', '--map-root-user'];
  const program = [process.execPath, ...storeProgram('fill', `${place}/store`)];
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
    const [adding, rest, consuming, ...others] = fillOn(options);
    const full = { code: 'STORE_FULL', message: expect.stringMatching(message) as string };
    expect(rest).toEqual({ rest: expect.stringContaining('ENOSPC') as string });
    expect(adding).toEqual(full);
    expect(consuming).toEqual(full);
    expect(others).toEqual([{ environments: 1, hasTree: true }, { environments: 0 }, { entries: 2 }, { left: [] }]);
    expect(fs.readdirSync(place)).toEqual([]);
  });
});
