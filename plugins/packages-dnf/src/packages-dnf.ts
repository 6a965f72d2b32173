import type { Plugin } from '@karapace/core';
import { findTool } from '@karapace/rpm';

const NAME = 'packages-dnf';

/** Packages of images whose rpm database is dnf's: resolved by the image's own dnf, installed by its rpm without network. */
export function packagesDnf(): Plugin {
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.openPackageManager.tapPromise(NAME, async (tree) => {
        if (findTool(tree) !== 'dnf') return undefined;
        const { dnfPackageManager } = await import('./dnf-package-manager.ts');
        return dnfPackageManager;
      });
    },
  };
}
