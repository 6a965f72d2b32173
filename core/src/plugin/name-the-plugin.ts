import type { FullTap, Hook } from 'tapable';

import { KarapaceError } from '../errors.ts';

type AnyHook = Hook<never, unknown>;

/**
 * Makes errors of taps name their plugin, which tapable does not do. A KarapaceError already says what is wrong and
 * passes as it is.
 */
export function nameThePlugin<T>(hook: T): T {
  const named = hook as unknown as AnyHook & { name: string };
  named.intercept({ register: (tap) => ({ ...tap, fn: guard(tap, named.name) }) });
  return hook;
}

function guard(tap: FullTap, hookName: string): FullTap['fn'] {
  const call = tap.fn as (...args: unknown[]) => unknown;
  const fail = (error: unknown): never => {
    if (error instanceof KarapaceError) throw error;
    throw new KarapaceError('PLUGIN_FAILED', `Plugin \`${tap.name}\` failed in \`${hookName}\``, {
      hint: 'Report this to the author of the plugin; run again with `--trace` for the stack.',
      cause: error,
    });
  };
  return (...args: unknown[]) => {
    try {
      const result = call(...args);
      return result instanceof Promise ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
}
