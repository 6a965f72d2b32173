import type { PackagePin } from '@karapace/core';
import { expect, test } from 'vitest';

import { planInstall } from '../src/plan-install.ts';

const pin = (changes: Partial<PackagePin>): PackagePin => ({
  ...{
    name: 'git',
    version: '1:2.47.3-1',
    arch: 'amd64',
    url: 'http://mirror.example.invalid/git.deb',
    size: 1,
    sha256: '0'.repeat(64),
  },
  ...{ manager: 'apt', asked: 'system' },
  ...changes,
});

test('an archive is named as Debian names it, the epoch included', () => {
  expect(planInstall([pin({})]).archiveNames).toEqual(['git_1%3a2.47.3-1_amd64.deb']);
});

test('dependencies are marked and what was asked for is not', () => {
  const { steps } = planInstall([
    pin({}),
    pin({ name: 'liberror-perl', arch: 'all', asked: 'dependency' }),
    pin({ name: 'vlc', asked: 'gui' }),
  ]);

  expect(steps.at(-1)?.slice(4)).toEqual(['liberror-perl']);
});

test('a lock cannot smuggle an option or a path into a command', () => {
  expect(() => planInstall([pin({ name: '--root=' })])).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
  expect(() => planInstall([pin({ arch: '../../etc' })])).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
});
