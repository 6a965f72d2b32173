import { describeLimits } from './limits/describe-limits.ts';
import type { IdMap, SandboxPlan } from './sandbox-plan.ts';
import { describeStep } from './setup-step.ts';

const ID_MAPS: Readonly<Record<IdMap, string>> = {
  identity: 'ids 0-65535 as they are',
  range: 'subordinate ids, by newuidmap',
  single: 'this user alone, as 0',
};

/** One line for each operation that puts the root together, in order. */
export function describeRoot(plan: SandboxPlan): readonly string[] {
  return [
    plan.join === null
      ? `new user, mount and pid namespace: ${ID_MAPS[plan.idMap]}`
      : `the namespaces of process ${plan.join.outermost.pid}, and a new mount and pid namespace`,
    ...plan.steps.map(describeStep),
    ...(plan.isInner ? ['new user and mount namespaces below, in which these mounts are locked'] : []),
    ...describeLimits(plan.limits),
    ...(plan.cutsSockets ? ["cut off the host's abstract sockets, by Landlock, where the kernel can"] : []),
  ];
}
