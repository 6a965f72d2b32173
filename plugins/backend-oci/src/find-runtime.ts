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
    getTool(wanted, directories);
    return wanted;
  }
  const found = RUNTIMES.find((name) => findTool(name, directories) !== undefined);
  if (found !== undefined) return found;
  throw new KarapaceError('TOOL_MISSING', 'None of the OCI runtimes `crun`, `runc` and `youki` is installed', {
    hint: 'Run `karapace doctor --fix`, which installs `crun`, or set `[runtime] backend` to `namespace`.',
  });
}
