import fc from 'fast-check';
import { expect, test } from 'vitest';

import { isOurs, isPinned, parseReference } from '../src/image-reference.ts';

const DIGEST = 'ab'.repeat(32);

test.each([
  ['debian', 'debian', 'trixie'],
  ['debian/bookworm', 'debian', 'bookworm'],
  ['debian/12', 'debian', 'bookworm'],
  ['ubuntu', 'ubuntu', 'noble'],
  ['ubuntu/22.04', 'ubuntu', 'jammy'],
  ['ubuntu/jammy', 'ubuntu', 'jammy'],
  [`debian/sid@${DIGEST}`, 'debian', 'sid'],
])('`%s` is %s %s', (reference, name, suite) => {
  expect(parseReference(reference)).toMatchObject({ distribution: { name }, suite });
});

test.each([
  'debian/',
  'debian/Trixie',
  'debian/../x',
  'debian/a b',
  'debian/a$(id)',
  'debian/-x',
  'debian/trixie@abc',
  'debian/a/b',
])('`%s` is refused', (reference) => {
  expect(isOurs(reference)).toBe(true);
  expect(() => parseReference(reference)).toThrow(expect.objectContaining({ code: 'IMAGE_UNKNOWN' }));
});

test.each(['debianish', 'alpine', 'my/debian', ''])('`%s` is left to others', (reference) => {
  expect(isOurs(reference)).toBe(false);
});

test('a suite holds nothing that a shell, a path or apt could take for more than a name', () => {
  fc.assert(
    fc.property(fc.string(), (suite) => {
      let parsed: string | undefined;
      try {
        parsed = parseReference(`debian/${suite}`).suite;
      } catch {
        return;
      }
      expect(parsed).toMatch(/^[a-z0-9][a-z0-9.-]*$/u);
    }),
  );
});

test('a reference is pinned by the digest of a tree', () => {
  expect(isPinned(`debian/trixie@${DIGEST}`)).toBe(true);
  expect(isPinned('debian/trixie')).toBe(false);
  expect(isPinned(`debian/trixie@${DIGEST}0`)).toBe(false);
});
