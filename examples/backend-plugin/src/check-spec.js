import { KarapaceError, LIMIT_NAMES } from '@karapace/core';

/**
 * Refuses by name whatever this backend would not do exactly as specified.
 *
 * @param {Partial<import('@karapace/core').SandboxSpec> & { readonly join?: unknown }} asked
 */
export function checkSpec({ ids, root, terminal, limits, join }) {
  if (ids === 'full') throw unsupported('has one id only', 'Use the backend `namespace`.');
  if (root?.kind === 'tools') throw unsupported('cannot make images', 'Use an image that is an archive.');
  if (terminal) throw unsupported('has no terminals', 'Pass a command to `karapace exec`, and its input by a pipe.');
  if (join !== undefined) throw unsupported('lets one session in', 'End the other one first.');
  const limit = limits && !limits.best_effort && LIMIT_NAMES.find((name) => limits[name] !== null);
  if (limit) throw unsupported(`cannot enforce \`${limit}\``, 'Set `best_effort = true`, or remove the limit.');
}

/**
 * @param {string} what
 * @param {string} hint
 */
function unsupported(what, hint) {
  return new KarapaceError('BACKEND_UNSUPPORTED', `The backend \`bubble\` ${what}`, { hint });
}
