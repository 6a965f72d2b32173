import { KarapaceError, type SandboxMount, type SandboxSpec } from '@karapace/core';

/**
 * Refuses mounts at places that the sandbox makes itself, and at paths that are not plain.
 *
 * @throws KarapaceError `SANDBOX_FAILED`
 */
export function checkTargets({ mounts }: SandboxSpec): void {
  mounts.forEach(checkTarget);
}

/** Places that the sandbox makes itself. */
const OWN_PLACES = /^\/(?:(?:dev|proc|sys)(?:\/.*)?|run|tmp)?$/u;

function checkTarget({ target }: SandboxMount): void {
  const isNormal = /^(?:\/[^/\0]+)+$/u.test(target) && !/\/\.{1,2}(?:\/|$)/u.test(target);
  if (isNormal && !OWN_PLACES.test(target)) return;
  throw new KarapaceError('SANDBOX_FAILED', `Nothing can be mounted at \`${target}\``, {
    hint: 'Choose an absolute path other than `/tmp` and `/run`, outside `/dev`, `/proc` and `/sys`, without `.` and `..`.',
  });
}
