import type { Plugin } from '@karapace/core';

import { checkDigest, parseReference } from './image-reference.ts';

const NAME = 'image-tarball';

/** Root file systems in tar archives: `./rootfs.tar.xz`, `https://images.example.invalid/rootfs.tar.gz`. */
export function imageTarball(): Plugin {
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.openImageSource.tapPromise(NAME, async ({ reference, directory }) => {
        checkDigest(reference);
        if (parseReference(reference) === undefined) return undefined;
        const { createTarballSource } = await import('./tarball-source.ts');
        return createTarballSource(directory);
      });
      hooks.openArchive.tapPromise(NAME, async ({ url }, { directory }) => {
        if (!url.startsWith('file:')) return undefined;
        const { openLocalArchive, pathOfUrl } = await import('./local-archive.ts');
        return openLocalArchive(pathOfUrl(url, directory));
      });
    },
  };
}
