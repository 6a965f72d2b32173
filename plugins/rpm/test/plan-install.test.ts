import { ARCHIVES_INSIDE, type PackagePin } from '@karapace/core';
import { expect, test } from 'vitest';

import { planInstall } from '../src/plan-install.ts';

const pin = (changes: Partial<PackagePin> = {}): PackagePin => ({
  ...{ name: 'git', version: '1:2.43.0-1.fc40', arch: 'x86_64', url: 'http://mirror.example.invalid/git.rpm' },
  ...{ size: 1, sha256: '0'.repeat(64), manager: 'dnf', asked: 'system' },
  ...changes,
});

test('an archive is named as rpm names it, without the epoch', () => {
  const { archiveNames, steps } = planInstall([pin()]);

  expect(archiveNames).toEqual(['git-2.43.0-1.fc40.x86_64.rpm']);
  expect(steps[0]?.slice(4)).toEqual([`${ARCHIVES_INSIDE}/git-2.43.0-1.fc40.x86_64.rpm`]);
});

test.each<Partial<PackagePin>>([{ name: '--root=' }, { version: '1' }, { version: '1-$(id)' }, { arch: '../../etc' }])(
  'a lock cannot smuggle an option or a path into a command: %o',
  (changes) => {
    expect(() => planInstall([pin(changes)])).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
  },
);
