import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { firstFailure } from '../../src/first-failure.ts';
import { makeDirectory } from '../../src/store/make-directory.ts';
import { removeFile } from '../../src/store/remove-file.ts';
import { storeError } from '../../src/store/system-error.ts';

const failed = (code: string) => Object.assign(new Error(`${code}: it fails`), { code });
const root = os.tmpdir();

describe('a failed system call in the store', () => {
  it.each([
    ['ENOSPC', 'STORE_FULL'],
    ['EDQUOT', 'STORE_FULL'],
    ['EROFS', 'STORE_UNWRITABLE'],
    ['EACCES', 'STORE_UNWRITABLE'],
    ['EIO', 'STORE_UNREADABLE'],
    ['EMFILE', 'STORE_UNREADABLE'],
    ['ENFILE', 'STORE_UNREADABLE'],
  ])('with %s is %s, with a way out', (code, expected) => {
    expect(storeError(failed(code), { root })).toMatchObject({
      name: 'KarapaceError',
      code: expected,
      hint: expect.any(String) as unknown,
    });
  });

  it('that means something else comes back as it is', () => {
    const error = failed('ENOTEMPTY');
    expect(storeError(error, { root })).toBe(error);
  });

  it('is told by what failed first where clearing up fails as well', () => {
    const both = new SuppressedError(failed('EIO'), failed('ENOSPC'));
    expect(storeError(both, { root })).toMatchObject({ code: 'STORE_FULL' });
    expect(firstFailure(new SuppressedError(failed('EIO'), both))).toMatchObject({ code: 'ENOSPC' });
  });
});

describe('making a directory', () => {
  it('tells why it fails by the code, also of a parent', () => {
    for (const place of ['/proc/self/nothing', '/proc/self/nothing/below']) {
      expect(() => makeDirectory(place)).toThrow(
        expect.objectContaining({ code: 'ENOENT', path: '/proc/self/nothing' }),
      );
    }
  });

  it('makes what is missing above, once', () => {
    const place = mkdtempSync(path.join(root, 'karapace-directory-'));
    try {
      const made = path.join(place, 'one/two/three');
      expect([makeDirectory(made), makeDirectory(made)]).toEqual([true, false]);
      expect(existsSync(made)).toBe(true);
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});

describe('removing a file', () => {
  it('tells why it fails by the code', () => {
    expect(() => removeFile(root)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^E[A-Z]+$/u) as unknown }),
    );
  });

  it('tells whether there was one', () => {
    expect(removeFile(path.join(root, 'karapace-nothing-of-this-name'))).toBe(false);
  });
});
