import os from 'node:os';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { firstFailure } from '../../src/first-failure.ts';
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
