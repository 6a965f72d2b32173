import type { PackageManager } from '@karapace/core';

import { belongsToPacman } from './packages-pacman.ts';
import { planInstall } from './plan-install.ts';
import { resolvePackages } from './resolve-packages.ts';

export const pacmanPackageManager: PackageManager = {
  name: 'pacman',
  detect: belongsToPacman,
  resolve: resolvePackages,
  install: planInstall,
};
