import type { ExitStatus } from '@karapace/core';
import { checkSetup, sandboxError, type LaunchEnd } from '@karapace/sandbox-profile';

import type { OciPlan } from './oci-plan.ts';

const KILLED = 137;

/** Says why no command ran. */
export function explainRuntime({ status }: LaunchEnd, plan: OciPlan): ExitStatus {
  checkSetup(status, plan);
  const [reason] = status.errors;
  if (reason !== undefined) throw sandboxError(`${plan.runtime}: ${reason}`);
  // Somebody else killed it, perhaps the kernel for want of memory.
  return { code: KILLED };
}
