import type { Plugin } from '@karapace/core';

import { isOurs } from './image-reference.ts';

export interface ImageLinuxcontainersOptions {
  /**
   * URL of the image server: the directory that `images/` is in, without credentials. The environment variable `KARAPACE_IMAGE_SERVER`
   * says the same where this says nothing.
   */
  readonly server?: string | undefined;
  /** File with the OpenPGP keys that sign the server's checksums, binary. Otherwise `KARAPACE_IMAGE_KEYRING`. */
  readonly keyring?: string | undefined;
}

const NAME = 'image-linuxcontainers';

/** Images of a server of the linuxcontainers layout: `fedora/42`, `arch`, `opensuse/tumbleweed`, `lxc:debian/trixie`. */
export function imageLinuxcontainers(options: ImageLinuxcontainersOptions = {}): Plugin {
  const { KARAPACE_IMAGE_SERVER, KARAPACE_IMAGE_KEYRING } = process.env;
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.openImageSource.tapPromise(NAME, async ({ reference }) => {
        if (!isOurs(reference)) return undefined;
        const { createLinuxcontainersSource } = await import('./linuxcontainers-source.ts');
        return createLinuxcontainersSource({
          server: options.server ?? KARAPACE_IMAGE_SERVER,
          keyring: options.keyring ?? KARAPACE_IMAGE_KEYRING,
        });
      });
    },
  };
}
