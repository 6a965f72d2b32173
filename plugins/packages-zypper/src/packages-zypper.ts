import type { Plugin } from '@karapace/core';
import { findTool } from '@karapace/rpm';

const NAME = 'packages-zypper';

/** Packages of images whose rpm database is zypper's: resolved by the image's own zypper, installed by its rpm without network. */
export function packagesZypper(): Plugin {
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.openPackageManager.tapPromise(NAME, async (tree) => {
        if (findTool(tree) !== 'zypper') return undefined;
        const { zypperPackageManager } = await import('./zypper-package-manager.ts');
        return zypperPackageManager;
      });
    },
  };
}
