import type { PackagePin } from '@karapace/core';
import { createHooks } from '@karapace/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { packagesPacman } from '../src/packages-pacman.ts';
import { fitsVersion, parseAsked, printAsked } from '../src/package-request.ts';
import { planInstall } from '../src/plan-install.ts';

const pin = (changes: Partial<PackagePin>): PackagePin => ({
  ...{ name: 'git', version: '1:2.47.0-1', arch: 'x86_64', size: 1, sha256: '0'.repeat(64) },
  ...{ url: 'https://mirror.example.invalid/git.pkg.tar.zst', manager: 'pacman', asked: 'system' },
  ...changes,
});

test('an archive is named as pacman names it, the epoch included', () => {
  expect(planInstall([pin({})]).archiveNames).toEqual(['git-1:2.47.0-1-x86_64.pkg.tar']);
});

test('dependencies are marked and what was asked for is not', () => {
  const { environment } = planInstall([
    pin({}),
    pin({ name: 'perl', asked: 'dependency' }),
    pin({ name: 'vlc', asked: 'gui' }),
  ]);

  expect(environment).toEqual({ KARAPACE_DEPENDENCIES: 'perl' });
});

test.each([{ name: '--root=' }, { name: '.x' }, { version: '1' }, { version: '1-1/../..' }, { arch: '../../etc' }])(
  'a lock cannot smuggle an option or a path into a command: %o',
  (changes) => {
    expect(() => planInstall([pin(changes)])).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
  },
);

test('the release of a version need not be said, all else must be', () => {
  const fitting = ['1:2.47.0-1', '1:2.47.0', '2.47.0', '1:2.47'].filter((asked) => fitsVersion('1:2.47.0-1', asked));

  expect(fitting).toEqual(['1:2.47.0-1', '1:2.47.0']);
});

test('what gets through is what was asked, and nothing that a shell or pacman reads another way', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9@_+.=:~^-]*$/u)), (text) => {
      let asked;
      try {
        [asked] = parseAsked([text]);
      } catch {
        return;
      }
      expect(asked === undefined ? undefined : printAsked(asked)).toBe(text);
      expect(text).toMatch(/^[A-Za-z0-9@_+][A-Za-z0-9@._+-]*(?:=[A-Za-z0-9._+~^:-]+)?$/u);
    }),
  );
});

test.each([
  { title: 'whose packages pacman knows', extra: [], owned: true },
  { title: 'of Debian in which pacman was used', extra: ['/var/lib/dpkg/info/dpkg.list'], owned: false },
])('a tree $title is pacman’s: $owned', async ({ extra, owned }) => {
  const hooks = createHooks();
  packagesPacman().apply({ hooks });
  const names = new Set(['/usr/bin/pacman', '/var/lib/pacman/local/ALPM_DB_VERSION', ...extra]);

  const manager = await hooks.openPackageManager.promise({ has: (path) => names.has(path) });

  expect(manager?.name).toBe(owned ? 'pacman' : undefined);
});
