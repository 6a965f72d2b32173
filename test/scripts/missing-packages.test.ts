import { expect, test } from 'vitest';

import { installedPackages, missingPackages } from '../../scripts/debian/missing-packages.ts';

test('a package that was removed but left its settings is missing', () => {
  const listing = 'git installed\nstrace config-files\ntmux not-installed\n';

  expect([...installedPackages(listing)]).toEqual(['git']);
});

test('a name that dpkg has never heard of is missing, and does not hide the others', async () => {
  expect(await missingPackages(['dpkg', 'no-such-package-of-ours', 'coreutils'])).toEqual(['no-such-package-of-ours']);
});
