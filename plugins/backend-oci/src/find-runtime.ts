import { KarapaceError } from '@karapace/core';
import { findTool, getTool } from '@karapace/sandbox-profile';

import { RUNTIMES, type RuntimeName } from './runtime-names.ts';

/**
 * The runtime that will be used.
 *
 * @param wanted `null` for the first that is installed
 * @throws KarapaceError `TOOL_MISSING`
 */
export function findRuntime(wanted: RuntimeName | null, directories: readonly string[]): RuntimeName {
  if (wanted !== null) {
    if (wanted === 'youki' && findTool(wanted, directories) === undefined) throw youkiMissing();
    getTool(wanted, directories);
    return wanted;
  }
  const found = RUNTIMES.find((name) => findTool(name, directories) !== undefined);
  if (found !== undefined) return found;
  throw new KarapaceError('TOOL_MISSING', 'None of the OCI runtimes `crun`, `runc` and `youki` is installed', {
    hint: 'Run `karapace doctor --fix`, which installs `crun`, or set `[runtime] backend` to `namespace`.',
  });
}

/** Debian has no package of it. */
export const YOUKI_FIX =
  'Install `youki` from its project: Debian has no package of it. Or set `[runtime] backend` to `oci`.';

function youkiMissing(): KarapaceError {
  return new KarapaceError('TOOL_MISSING', 'The program `youki` is not installed', { hint: YOUKI_FIX });
}
