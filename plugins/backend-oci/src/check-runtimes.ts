import type { Check } from '@karapace/core';
import { checkMachine, findTool } from '@karapace/sandbox-profile';

import { YOUKI_FIX } from './find-runtime.ts';
import { INIT_PROGRAM } from './init-program.ts';
import type { OciFacts } from './oci-facts.ts';
import { RUNTIMES, type RuntimeName } from './runtime-names.ts';

/** What this backend needs of the machine; with `null` any runtime will do. */
export async function checkRuntimes(facts: OciFacts, wanted: RuntimeName | null): Promise<readonly Check[]> {
  const used = wanted ?? RUNTIMES.find((name) => findTool(name, facts.toolDirectories) !== undefined) ?? RUNTIMES[0];
  const checks = await checkMachine(facts, [used, INIT_PROGRAM]);
  return checks.map((check) =>
    check.id === 'youki' && check.fix !== null ? { ...check, fix: { description: YOUKI_FIX } } : check,
  );
}
