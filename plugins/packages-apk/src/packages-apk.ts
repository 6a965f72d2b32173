import type { Plugin } from '@karapace/core';

import { belongsToApk } from './belongs-to-apk.ts';

const NAME = 'packages-apk';

/** Packages of images that apk owns: resolved by the image's own apk, installed by it without network. */
export function packagesApk(): Plugin {
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.openPackageManager.tapPromise(NAME, async (tree) => {
        if (!belongsToApk(tree)) return undefined;
        const { apkPackageManager } = await import('./apk-package-manager.ts');
        return apkPackageManager;
      });
    },
  };
}
