import { createHooks } from '@karapace/core';
import { expect, test } from 'vitest';

import { packagesZypper } from '../src/index.ts';

test('the plugin opens zypper for trees that zypper owns, and passes for others', async () => {
  const hooks = createHooks();
  packagesZypper().apply({ hooks });
  const open = async (...paths: readonly string[]) =>
    (await hooks.openPackageManager.promise({ has: (path) => paths.includes(path) }))?.name;

  expect(await open('/usr/bin/zypper', '/usr/lib/sysimage/rpm/Packages.db')).toBe('zypper');
  expect(await open('/usr/bin/dnf', '/usr/lib/sysimage/rpm/Packages.db')).toBeUndefined();
});
