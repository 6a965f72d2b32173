import type { Plugin } from '@karapace/core';
import type { HostOptions } from '@karapace/sandbox-profile';

import { runtimeOf } from './runtime-names.ts';

export type BackendOciOptions = HostOptions;

/**
 * Runs environments by an OCI runtime: `oci` takes the first of `crun`, `runc` and `youki` that is installed; `oci-crun`,
 * `oci-runc` and `oci-youki` name one.
 */
export function backendOci(options: BackendOciOptions = {}): Plugin {
  return {
    name: 'backend-oci',
    apply({ hooks }) {
      hooks.openBackend.tapPromise('backend-oci', async (name) => {
        const runtime = runtimeOf(name);
        if (runtime === undefined) return undefined;
        const { openOciBackend } = await import('./open-oci-backend.ts');
        return openOciBackend({ ...options, name, runtime });
      });
      hooks.checkMachine.tapPromise('backend-oci', async (checks) => {
        const { checkInstalled } = await import('./check-installed.ts');
        return [...checks, checkInstalled(options.toolDirectories)];
      });
    },
  };
}
