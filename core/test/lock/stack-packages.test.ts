import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { LockFile, PackagePin } from '../../src/contracts/lock.ts';
import { createLock } from '../../src/lock/create-lock.ts';
import { packageLayers } from '../../src/lock/stack-packages.ts';
import { MANIFEST, pin, RESOLUTION } from './lock-fixture.ts';

const letters = (names: string): readonly string[] => names.split('');
const lockOf = (packages: readonly PackagePin[], before?: LockFile): LockFile =>
  createLock({ ...RESOLUTION, packages }, MANIFEST, before);
const packagesOf = (names: string): readonly PackagePin[] => letters(names).map((name) => pin(name, 'system'));
const stack = (lock: LockFile): string =>
  packageLayers(lock.packages)
    .map((layer) => layer.map(({ name }) => name).join(''))
    .join(' ');
/** What comes of locks that follow each other, each told by the packages that it has. */
const stackAfter = (...steps: readonly string[]): string =>
  stack(
    steps.reduce<LockFile | undefined>((before, names) => lockOf(packagesOf(names), before), undefined) ?? lockOf([]),
  );

describe('packages', () => {
  test.for([
    ['of a first lock are one layer', ['abc'], 'abc'],
    ['that are added come into a layer of their own', ['abc', 'abcd', 'abcdef'], 'abc d ef'],
    ['stay where they are when nothing changes', ['abc', 'abcd', 'abcd'], 'abc d'],
    ['above one that is removed come together', ['abc', 'abcd', 'abcde', 'abce'], 'abc e'],
    ['are one layer again when the lowest changes', ['abc', 'abcd', 'abcde', 'bcde'], 'bcde'],
    ['of the topmost layer go with it', ['abc', 'abcd', 'abc'], 'abc'],
    [
      'of more changes than there are layers join the topmost',
      ['a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg', 'abcdefgh', 'abcdefghi'],
      'a b c d e f g hi',
    ],
    ['that are all gone leave nothing', ['abc', ''], ''],
  ] as const)('%s', ([, steps, expected]) => {
    expect(stackAfter(...steps)).toBe(expected);
  });

  test.for<[string, Partial<PackagePin>]>([
    ['bytes', { sha256: 'ef'.repeat(32) }],
    ['version', { version: '2' }],
    ['list that asked', { asked: 'dependency' }],
    ['package manager', { manager: 'other' }],
  ])('with another %s are installed anew', ([, change]) => {
    const before = lockOf(packagesOf('abcd'), lockOf(packagesOf('abc')));
    const now = packagesOf('abcd').map((one) => (one.name === 'd' ? { ...one, ...change } : one));

    expect(stack(lockOf(now, lockOf(packagesOf('abcde'), before)))).toBe('abc d');
  });

  test('on another base are one layer', () => {
    const before = lockOf(packagesOf('abcd'), lockOf(packagesOf('abc')));
    const base = { ...RESOLUTION.base, tree: 'ef'.repeat(32) as typeof RESOLUTION.base.tree };

    expect(stack(createLock({ ...RESOLUTION, base, packages: packagesOf('abcd') }, MANIFEST, before))).toBe('abcd');
    expect(stack(createLock({ ...RESOLUTION, ids: 'single', packages: packagesOf('abcd') }, MANIFEST, before))).toBe(
      'abcd',
    );
  });

  test('are each in one layer, whatever changed before, and layers below the first change are as they were', () => {
    const anyNames = fc.uniqueArray(fc.constantFrom(...letters('abcdefgh'))).map((names) => names.toSorted().join(''));
    fc.assert(
      fc.property(fc.array(anyNames, { minLength: 2, maxLength: 12 }), (steps) => {
        const before = stackAfter(...steps.slice(0, -1))
          .split(' ')
          .filter(Boolean);
        const now = stackAfter(...steps)
          .split(' ')
          .filter(Boolean);
        const last = steps.at(-1) ?? '';
        expect(letters(now.join('')).toSorted().join('')).toBe(last);
        expect(now.length).toBeLessThanOrEqual(8);
        const broken = before.findIndex((layer) => !letters(layer).every((name) => last.includes(name)));
        const intact = before.slice(0, Math.min(broken === -1 ? before.length : broken, 7));
        expect(now.slice(0, intact.length)).toEqual(intact);
      }),
    );
  });

  test('of a lock without layers are read as one layer, and have its identity', () => {
    const lock = lockOf(packagesOf('abc'));

    expect(lock.packages.map(({ layer }) => layer)).toEqual([0, 0, 0]);
    expect(lockOf(packagesOf('abcd'), lock).env_id).not.toBe(lockOf(packagesOf('abcd')).env_id);
  });
});
