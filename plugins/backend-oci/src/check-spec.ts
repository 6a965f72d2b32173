import { KarapaceError, LIMIT_NAMES, type SandboxSpec } from '@karapace/core';

/** Refuses what this backend would not do exactly as specified. */
export function checkSpec({ limits }: SandboxSpec): void {
  const wanted = LIMIT_NAMES.find((name) => limits[name] !== null);
  if (wanted === undefined) return;
  throw new KarapaceError(
    'BACKEND_UNSUPPORTED',
    `The backend \`oci\` cannot enforce \`${wanted} = ${limits[wanted]}\``,
    { hint: `Remove \`${wanted}\` from \`[runtime.resource_limits]\`.` },
  );
}
