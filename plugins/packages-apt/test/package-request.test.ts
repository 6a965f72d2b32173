import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseAsked, printAsked } from '../src/package-request.ts';

test('a name and a version are read as they are written', () => {
  expect(parseAsked(['g++', 'git=1:2.47.3-0+deb13u1', 'libc6=2~rc~'])).toEqual([
    { name: 'g++', version: undefined },
    { name: 'git', version: '1:2.47.3-0+deb13u1' },
    { name: 'libc6', version: '2~rc~' },
  ]);
});

test('every wrong name is in the one error', () => {
  expect(() => parseAsked(['git', '--purge', '../x'])).toThrow(
    expect.objectContaining({
      code: 'PACKAGE_UNKNOWN',
      message: '`--purge`, `../x` cannot be the name of a Debian package',
    }),
  );
});

test('what gets through is what was asked, and nothing that a shell or apt reads another way', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9+.=:~-]*$/u)), (text) => {
      let asked;
      try {
        [asked] = parseAsked([text]);
      } catch {
        return;
      }
      expect(asked === undefined ? undefined : printAsked(asked)).toBe(text);
      expect(text).toMatch(/^[a-z0-9][a-z0-9+.-]+(?:=[A-Za-z0-9.+:~-]*[A-Za-z0-9~])?$/u);
    }),
  );
});
