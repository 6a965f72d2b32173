import type { LimitName, SandboxLimits } from '../contracts/sandbox.ts';
import { LIMIT_NAMES, NO_LIMITS } from '../manifest/limit-names.ts';

/**
 * The limits of an environment that hold for the steps of its build, too: what the machine keeps, since `build` has warned of the
 * others, and not that of the disk, which is about changes to what was built. Pure.
 */
export function limitsOfSteps(limits: SandboxLimits, kept: readonly LimitName[]): SandboxLimits {
  const names = LIMIT_NAMES.filter((name) => name !== 'disk_limit_mb' && kept.includes(name));
  const { best_effort } = limits;
  return { ...NO_LIMITS, best_effort, ...Object.fromEntries(names.map((name) => [name, limits[name]])) };
}
