import type { Plugin, TreeNames } from '@karapace/core';

const NAME = 'packages-apt';
const NEEDED = ['/usr/bin/apt-get', '/var/lib/dpkg/status'];

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

export function bringsApt(tree: TreeNames): boolean {
  return NEEDED.every((name) => tree.has(name));
}
