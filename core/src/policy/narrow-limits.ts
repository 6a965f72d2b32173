import type { Policy } from '../contracts/policy.ts';
import type { LimitName, SandboxLimits } from '../contracts/sandbox.ts';
import { LIMIT_NAMES } from '../manifest/limit-names.ts';

/** A limit that a manifest leaves out is the smallest that a policy allows at most. Pure. */
export function narrowLimits(
  limits: SandboxLimits,
  policies: readonly Pick<Policy, 'resource_limits'>[],
): SandboxLimits {
  const narrowed = LIMIT_NAMES.map((name) => [name, limits[name] ?? smallest(name, policies)] as const);
  return { ...limits, ...Object.fromEntries(narrowed) };
}

function smallest(name: LimitName, policies: readonly Pick<Policy, 'resource_limits'>[]): number | null {
  const maxima = policies.flatMap(({ resource_limits }) => resource_limits[name] ?? []);
  return maxima.length === 0 ? null : Math.min(...maxima);
}
