import type { Environment } from '@karapace/core';

/** What every `--json` of an environment has. */
export function environmentRecord({ env_id, short_id, name, names, state }: Environment): object {
  return { env_id, short_id, name: name ?? null, names, state };
}
