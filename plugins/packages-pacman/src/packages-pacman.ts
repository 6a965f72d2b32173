import type { Plugin, TreeNames } from '@karapace/core';

const NAME = 'packages-pacman';
const NEEDED = ['/usr/bin/pacman', '/var/lib/pacman/local/ALPM_DB_VERSION'];
/** Debian packages pacman too. Where dpkg knows of itself, it owns the tree. */
const OWNED_BY_DPKG = '/var/lib/dpkg/info/dpkg.list';

/** Packages of images that pacman owns: resolved by the image's own pacman, installed by it without network. */
export function packagesPacman(): Plugin {
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.openPackageManager.tapPromise(NAME, async (tree) => {
        if (!belongsToPacman(tree)) return undefined;
        const { pacmanPackageManager } = await import('./pacman-package-manager.ts');
        return pacmanPackageManager;
      });
    },
  };
}

export function belongsToPacman(tree: TreeNames): boolean {
  return NEEDED.every((name) => tree.has(name)) && !tree.has(OWNED_BY_DPKG);
}
