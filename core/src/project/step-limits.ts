import { limitsOfSteps } from '../build/limits-of-steps.ts';
import { limitsInForce, type PolicyCase } from '../admission/check-policy.ts';
import type { Backend } from '../contracts/backend.ts';
import type { SandboxLimits } from '../contracts/sandbox.ts';
import type { Store } from '../contracts/store.ts';
import type { Instance } from '../instance.ts';
import { LIMIT_NAMES, NO_LIMITS } from '../manifest/limit-names.ts';

export interface StepSurroundings {
  readonly backend: Backend;
  readonly instance: Instance;
  readonly store: Store;
}

/** What the steps of a build may use, by the manifest and by every policy that is in force. */
export async function stepLimits(
  manifest: Pick<PolicyCase, 'intent' | 'file'>,
  { backend, instance, store }: StepSurroundings,
): Promise<SandboxLimits> {
  const limits = await limitsInForce(manifest, { places: instance.policies, memos: store.memos });
  if (LIMIT_NAMES.every((name) => limits[name] === null)) return NO_LIMITS;
  const capabilities = await backend.capabilities();
  return limitsOfSteps(limits, capabilities.limits);
}
