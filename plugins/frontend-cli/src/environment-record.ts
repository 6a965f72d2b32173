import type { Environment } from '@karapace/core';

/** What every `--json` of an environment has. The name is the one that the command was given, or else the first. */
export function environmentRecord({ env_id, short_id, names, state }: Environment, name = names[0]): object {
  return { env_id, short_id, name: name ?? null, names, state };
}
