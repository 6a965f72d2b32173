import type { PackageManager } from '@karapace/core';

import { belongsToApk } from './belongs-to-apk.ts';
import { planInstall } from './plan-install.ts';
import { resolvePackages } from './resolve-packages.ts';

export const apkPackageManager: PackageManager = {
  name: 'apk',
  detect: belongsToApk,
  resolve: resolvePackages,
  install: planInstall,
};
