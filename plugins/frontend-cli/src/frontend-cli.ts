import type { Plugin } from '@karapace/core';

import { runCli } from './run-cli.ts';

/** The command line as a frontend named `cli`. It opens an engine of its own for the verb that runs. */
export function frontendCli(): Plugin {
  return {
    name: 'frontend-cli',
    apply({ hooks }) {
      hooks.openFrontend.tapPromise('frontend-cli', async (name) =>
        name === 'cli' ? { name, run: runCli } : undefined,
      );
    },
  };
}
