import { createHooks } from '@karapace/core';
import { expect, test } from 'vitest';

import { packagesDnf } from '../src/index.ts';

test('the plugin opens dnf for trees that dnf owns, and passes for others', async () => {
  const hooks = createHooks();
  packagesDnf().apply({ hooks });
  const open = async (...paths: readonly string[]) =>
    (await hooks.openPackageManager.promise({ has: (path) => paths.includes(path) }))?.name;

  expect(await open('/usr/bin/dnf', '/usr/lib/sysimage/rpm/rpmdb.sqlite')).toBe('dnf');
  expect(await open('/usr/bin/zypper', '/usr/lib/sysimage/rpm/rpmdb.sqlite')).toBeUndefined();
});
