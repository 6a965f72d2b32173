import { expect, test } from 'vitest';

import { parseIndex } from '../src/sync-index.ts';

const TEXT = `%INSTALLED%
bash 5.2-1
glibc 2.40-1

%REPOSITORY%
core

%LEVELS%
PackageRequired
DatabaseOptional

%FILENAME%
git-1:2.47.0-1-x86_64.pkg.tar.zst

%NAME%
git

%VERSION%
1:2.47.0-1

%CSIZE%
123

%SHA256SUM%
${'a'.repeat(64)}

%ARCH%
x86_64

%PROVIDES%
git-core=2
%REPOSITORY%

%GROUPS%
vcs

%FILENAME%
x

%NAME%
bare


%REPOSITORY%
extra

%LEVELS%
PackageNever

`;

test('what is installed, the levels of each repository and its packages are read', () => {
  const index = parseIndex(TEXT);

  expect([...index.installed]).toEqual([
    ['bash', '5.2-1'],
    ['glibc', '2.40-1'],
  ]);
  expect([...index.levels]).toEqual([
    ['core', ['PackageRequired', 'DatabaseOptional']],
    ['extra', ['PackageNever']],
  ]);
  expect(index.packages).toEqual([
    {
      repository: 'core',
      name: 'git',
      version: '1:2.47.0-1',
      arch: 'x86_64',
      file: 'git-1:2.47.0-1-x86_64.pkg.tar.zst',
      size: '123',
      sha256: 'a'.repeat(64),
      // A value that looks like a heading is a value.
      provides: ['git-core', '%REPOSITORY%'],
      groups: ['vcs'],
    },
    {
      repository: 'core',
      name: 'bare',
      file: 'x',
      version: '',
      arch: '',
      size: '',
      sha256: '',
      provides: [],
      groups: [],
    },
  ]);
});

test('nothing is no package', () => {
  expect(parseIndex('')).toEqual({ installed: new Map(), levels: new Map(), packages: [] });
});
