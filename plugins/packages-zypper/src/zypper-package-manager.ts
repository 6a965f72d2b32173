import type { PackageManager } from '@karapace/core';
import { findTool, planInstall } from '@karapace/rpm';

import { resolvePackages } from './resolve-packages.ts';

export const zypperPackageManager: PackageManager = {
  name: 'zypper',
  detect: (tree) => findTool(tree) === 'zypper',
  resolve: resolvePackages,
  install: planInstall,
};
