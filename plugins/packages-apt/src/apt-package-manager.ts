import { upgradeByResolving, type PackageManager } from '@karapace/core';

import { planInstall } from './plan-install.ts';
import { bringsApt } from './brings-apt.ts';
import { resolvePackages } from './resolve-packages.ts';

export const aptPackageManager: PackageManager = {
  name: 'apt',
  detect: bringsApt,
  resolve: resolvePackages,
  upgrade: upgradeByResolving(resolvePackages),
  install: planInstall,
};
