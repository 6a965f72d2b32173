import type { PackageManager } from '@karapace/core';
import { findTool, planInstall, resolveAndUpgrade } from '@karapace/rpm';

import { solvePackages } from './solve-packages.ts';

export const zypperPackageManager: PackageManager = {
  name: 'zypper',
  detect: (tree) => findTool(tree) === 'zypper',
  ...resolveAndUpgrade(solvePackages),
  install: planInstall,
};
