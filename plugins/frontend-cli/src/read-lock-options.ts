import type { BuildOptions } from '@karapace/core';

import type { Invocation } from './arguments/verb.ts';
import type { Context } from './context.ts';
import { fail } from './fail.ts';

/** What `LOCK_OPTIONS` say; in CI a lock that is there is kept to. */
export async function readLockOptions(
  options: Invocation['options'],
  { environment, directory }: Context,
): Promise<BuildOptions> {
  if (options['locked'] === true && options['no-locked'] === true) {
    return fail('USAGE', '`--locked` and `--no-locked` contradict each other', { hint: 'Leave one of them out.' });
  }
  return {
    directory,
    locked: options['locked'] === true || (options['no-locked'] !== true && isInCi(environment) && 'if-present'),
    offline: options['offline'] === true,
  };
}

function isInCi({ CI }: NodeJS.ProcessEnv): boolean {
  return CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0';
}
