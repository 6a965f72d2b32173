import type { Plugin } from '@karapace/core';

import { bringsApt } from './brings-apt.ts';

const NAME = 'packages-apt';

/** Packages of images that bring apt: resolved by the image's own apt, installed by it without network. */
export function packagesApt(): Plugin {
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.openPackageManager.tapPromise(NAME, async (tree) => {
        if (!bringsApt(tree)) return undefined;
        const { aptPackageManager } = await import('./apt-package-manager.ts');
        return aptPackageManager;
      });
    },
  };
}
