import { expect, test } from 'vitest';

import { parseClosure, pinArchives } from '../src/pin-archives.ts';
import { signedPackages } from '../src/signed-packages.ts';
import { syncPackage } from './sync-package.ts';

const URL_OF_GIT = 'https://mirror.example.invalid/core/git-1.0-1-any.pkg.tar.zst';
const closure = parseClosure(`core git 1.0-1 ${URL_OF_GIT}\n`);

test('a package is pinned with what the database of its own repository says', () => {
  const elsewhere = syncPackage({ name: 'git', repository: 'testing', sha256: 'b'.repeat(64) });

  expect(pinArchives(closure, [elsewhere, syncPackage({ name: 'git' })])).toEqual([
    { name: 'git', version: '1.0-1', arch: 'any', url: URL_OF_GIT, size: 10, sha256: 'a'.repeat(64) },
  ]);
});

test.each([
  { title: 'no digest', changes: { sha256: '' }, hint: 'repo-add' },
  { title: 'a short digest', changes: { sha256: 'a'.repeat(32) }, hint: 'repo-add' },
  { title: 'no size', changes: { size: '' }, hint: 'repo-add' },
  { title: 'a size of nothing', changes: { size: '0' }, hint: 'repo-add' },
  { title: 'an architecture that is a path', changes: { arch: '../x' }, hint: 'mirror' },
  { title: 'a file that is a path', changes: { file: '../git-1.0-1-any.pkg.tar.zst' }, hint: 'mirror' },
  { title: 'another file than the address', changes: { file: 'other.pkg.tar.zst' }, hint: 'mirror' },
  { title: 'another version than pacman chose', changes: { version: '2-1' }, hint: 'mirror' },
])('a database with $title is refused, with the way out', ({ changes, hint }) => {
  expect(() => pinArchives(closure, [syncPackage({ name: 'git', ...changes })])).toThrow(
    expect.objectContaining({ code: 'MIRROR_FAILED', hint: expect.stringContaining(hint) }),
  );
});

test.each(['file:///srv/git-1.0-1-any.pkg.tar.zst', 'ftp://mirror.example.invalid/git-1.0-1-any.pkg.tar.zst'])(
  'a repository at `%s` is refused, because a lock holds no such address',
  (url) => {
    expect(() => pinArchives(parseClosure(`core git 1.0-1 ${url}\n`), [syncPackage({ name: 'git' })])).toThrow(
      expect.objectContaining({ code: 'MIRROR_FAILED', hint: expect.stringContaining('https') }),
    );
  },
);

test('a line in another form is an error that shows it', () => {
  expect(() => parseClosure('core git 1.0-1\n')).toThrow(
    expect.objectContaining({ code: 'TOOL_FAILED', message: expect.stringContaining('core git 1.0-1') }),
  );
});

test.each([
  { levels: ['PackageRequired', 'DatabaseOptional'], checked: ['core/git'] },
  { levels: ['PackageOptional', 'DatabaseNever'], checked: ['core/git'] },
  { levels: ['PackageRequired', 'DatabaseRequired'], checked: [] },
  { levels: ['PackageNever', 'DatabaseNever'], checked: [] },
])('with $levels the packages to check are $checked', ({ levels, checked }) => {
  expect(targets(new Map([['core', levels]]))).toEqual(checked);
});

test('a repository of unknown levels is checked', () => {
  expect(targets(new Map())).toEqual(['core/git']);
});

function targets(levels: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const pins = pinArchives(closure, [syncPackage({ name: 'git' })]);
  return signedPackages(pins, closure, levels).map(({ target }) => target);
}
