import type { Plugin } from '@karapace/core';
import type { HostOptions } from '@karapace/sandbox-profile';

export type BackendNamespaceOptions = HostOptions;

/** Runs environments in Linux namespaces: `unshare`, the kernel's overlayfs and `bwrap`. */
export function backendNamespace(options: BackendNamespaceOptions = {}): Plugin {
  return {
    name: 'backend-namespace',
    apply({ hooks }) {
      hooks.openBackend.tapPromise('backend-namespace', async (name) => {
        if (name !== 'namespace') return undefined;
        const { openNamespaceBackend } = await import('./open-namespace-backend.ts');
        return openNamespaceBackend(options);
      });
    },
  };
}
