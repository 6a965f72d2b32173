import type { Plugin } from '@karapace/core';

export interface BackendNamespaceOptions {
  /** Where host programs are looked for, in this order; absolute. The default is the system's own directories. */
  readonly toolDirectories?: readonly string[] | undefined;
}

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
