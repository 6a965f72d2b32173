import type { PackageManager } from '@karapace/core';
import { findTool, planInstall } from '@karapace/rpm';

import { resolvePackages } from './resolve-packages.ts';

export const dnfPackageManager: PackageManager = {
  name: 'dnf',
  detect: (tree) => findTool(tree) === 'dnf',
  resolve: resolvePackages,
  install: planInstall,
};
