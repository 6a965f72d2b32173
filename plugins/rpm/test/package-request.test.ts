import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseAsked } from '../src/package-request.ts';
import { REFUSED_NAMES } from '../src/testing/tiny-packages.ts';

test('a name and a version are read as they are written', () => {
  expect(parseAsked(['gcc-c++', 'git=2.43.0-1.fc40', '389-ds-base=1:2~rc1^git-0.1', 'python3.12', '_x'])).toEqual([
    { name: 'gcc-c++', version: undefined },
    { name: 'git', version: '2.43.0-1.fc40' },
    { name: '389-ds-base', version: '1:2~rc1^git-0.1' },
    { name: 'python3.12', version: undefined },
    { name: '_x', version: undefined },
  ]);
});

test.each(REFUSED_NAMES)('`%s` is refused', (text) => {
  expect(() => parseAsked([text])).toThrow(expect.objectContaining({ code: 'PACKAGE_UNKNOWN' }));
});

test('what gets through is what was asked, and nothing that a shell, dnf or zypper reads another way', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9+.=:~_^-]*$/u)), (text) => {
      let asked;
      try {
        [asked] = parseAsked([text]);
      } catch {
        return;
      }
      expect([asked?.name, asked?.version].filter((part) => part !== undefined).join('=')).toBe(text);
      expect(text).toMatch(/^[A-Za-z0-9_][A-Za-z0-9+._-]*(?:=[A-Za-z0-9+.:~_^-]+)?$/u);
    }),
  );
});
