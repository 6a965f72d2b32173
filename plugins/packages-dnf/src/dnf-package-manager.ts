import type { PackageManager } from '@karapace/core';
import { findTool, planInstall, resolveAndUpgrade } from '@karapace/rpm';

import { solvePackages } from './solve-packages.ts';

export const dnfPackageManager: PackageManager = {
  name: 'dnf',
  detect: (tree) => findTool(tree) === 'dnf',
  ...resolveAndUpgrade(solvePackages),
  install: planInstall,
};
