import type { Plugin } from '@karapace/core';

import type { DistributionName } from './distributions.ts';
import { isOurs } from './image-reference.ts';

export interface ImageDebootstrapOptions {
  /**
   * Where archives come from instead of the distribution's own mirrors: the main mirror's URL, and after a space the
   * security mirror's. With one URL the image gets the suite alone; with two also `<suite>-updates` and
   * `<suite>-security`. The environment variables `KARAPACE_MIRROR_DEBIAN` and `KARAPACE_MIRROR_UBUNTU` say the same
   * where this says nothing.
   */
  readonly mirrors?: Readonly<Partial<Record<DistributionName, string>>> | undefined;
  /**
   * Files with the OpenPGP keys that sign a mirror, instead of the distribution's own; binary. They go into the image.
   */
  readonly keyrings?: Readonly<Partial<Record<DistributionName, string>>> | undefined;
}

const NAME = 'image-debootstrap';

/** Debian and Ubuntu, bootstrapped by `mmdebstrap` from signed archives: `debian`, `debian/trixie`, `ubuntu/24.04`. */
export function imageDebootstrap(options: ImageDebootstrapOptions = {}): Plugin {
  const mirrors = { debian: process.env['KARAPACE_MIRROR_DEBIAN'], ubuntu: process.env['KARAPACE_MIRROR_UBUNTU'] };
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.openImageSource.tapPromise(NAME, async ({ reference }) => {
        if (!isOurs(reference)) return undefined;
        const { createDebootstrapSource } = await import('./debootstrap-source.ts');
        return createDebootstrapSource({
          mirrors: { ...mirrors, ...options.mirrors },
          keyrings: options.keyrings ?? {},
        });
      });
    },
  };
}
