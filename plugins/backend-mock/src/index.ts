import type { Plugin } from '@karapace/core';

import type { BackendMockOptions } from './mock-options.ts';

export type { BackendMockOptions } from './mock-options.ts';

const NAME = 'backend-mock';

/**
 * The backend `mock`, with images, packages and archives of its own: deterministic, offline, without privileges. For
 * tests and for trying the tool. Nothing in it is real.
 */
export function backendMock(options: BackendMockOptions = {}): Plugin {
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.openBackend.tapPromise(NAME, async (name) =>
        name === 'mock' ? (await import('./mock-backend.ts')).createMockBackend() : undefined,
      );
      // Before the real sources: with this backend every well-known name is a made-up image.
      hooks.openImageSource.tapPromise({ name: NAME, stage: -100 }, async ({ backend }) =>
        backend === 'mock' ? (await import('./mock-image-source.ts')).mockImageSource : undefined,
      );
      hooks.openPackageManager.tapPromise(NAME, async (tree) => {
        const { MOCK_MARKER } = await import('./mock-image-source.ts');
        if (!tree.has(MOCK_MARKER)) return undefined;
        return (await import('./mock-package-manager.ts')).createMockPackageManager(options);
      });
      hooks.openArchive.tapPromise(NAME, async (archive) =>
        archive.url.startsWith('http://mock.invalid/')
          ? (await import('./mock-archive.ts')).openMockArchive(archive)
          : undefined,
      );
    },
  };
}
