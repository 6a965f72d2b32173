import { homedir } from 'node:os';

import type { Plugin } from '@karapace/core';

import { isOurs } from './image-reference.ts';
import type { RegistryAccess } from './registry-access.ts';

export interface ImageOciOptions {
  /**
   * Registries, `host[:port]`, that are asked by http. This machine's own are in any case. The environment variable
   * `KARAPACE_HTTP_REGISTRIES`, with commas between, says the same where this says nothing. Default: none.
   */
  readonly httpRegistries?: readonly string[] | undefined;
}

const NAME = 'image-oci';

/** OCI and Docker images: `docker://registry.example.com/tools/compiler:1.2`, `oci:./layout:1.2`. */
export function imageOci(options: ImageOciOptions = {}): Plugin {
  const plainHttp = options.httpRegistries ?? namesIn(process.env['KARAPACE_HTTP_REGISTRIES']);
  const openAccess = once(async (): Promise<RegistryAccess> => {
    const { createRegistryAccess } = await import('./registry-access.ts');
    return createRegistryAccess({ plainHttp, person: { environment: process.env, home: homedir() } });
  });
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.openImageSource.tapPromise(NAME, async ({ reference, directory }) => {
        if (!isOurs(reference)) return undefined;
        const { createOciSource } = await import('./oci-source.ts');
        return createOciSource({
          directory,
          access: await openAccess(),
          warn: (message) => hooks.warningGiven.call(message),
        });
      });
      hooks.openArchive.tapPromise(NAME, async (archive, context) => {
        if (!isBlob(archive.url)) return undefined;
        const { openLayer } = await import('./open-layer.ts');
        return openLayer(archive, await openAccess(), context);
      });
    },
  };
}

/** Whether it may be the address of a layer, and the rest of this plugin is worth loading. */
function isBlob(url: string): boolean {
  return /\/blobs\/sha256[:/][0-9a-f]{64}$/u.test(url);
}

function namesIn(text = ''): readonly string[] {
  return text.split(',').filter((name) => name !== '');
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
