import type { Plugin, TreeNames } from '@karapace/core';

const NAME = 'packages-apk';
/** Where apk and its records are: in `/usr` where a distribution has merged it. */
const PROGRAMS = ['/sbin/apk', '/usr/sbin/apk', '/usr/bin/apk'];
const RECORDS = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'];
/** Where dpkg knows of itself, it owns the tree. */
const OWNED_BY_DPKG = '/var/lib/dpkg/info/dpkg.list';

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

export function belongsToApk(tree: TreeNames): boolean {
  return [PROGRAMS, RECORDS].every((places) => places.some((path) => tree.has(path))) && !tree.has(OWNED_BY_DPKG);
}
