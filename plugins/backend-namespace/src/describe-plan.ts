import type { IdMap, SandboxPlan } from './sandbox-plan.ts';
import { describeStep } from './setup-step.ts';

const ID_MAPS: Readonly<Record<IdMap, string>> = {
  identity: 'ids 0-65535 as they are',
  range: 'subordinate ids, by newuidmap',
  single: 'this user alone, as 0',
};

/** One line for each operation, in order. Values of variables stay out: they may be secrets. */
export function describePlan(plan: SandboxPlan): readonly string[] {
  return [
    plan.join === null
      ? `new user, mount and pid namespace: ${ID_MAPS[plan.idMap]}`
      : `the namespaces of process ${plan.join.outermost.pid}, and a new mount and pid namespace`,
    ...plan.steps.map(describeStep),
    `limit capabilities to ${plan.capabilities?.join(' ') ?? 'those of the user namespace'}`,
    `filter system calls for ids ${plan.filter.ids}${plan.filter.mounting ? ', mounting allowed' : ''}`,
    ...describeOptions(plan.bwrap).map((option) => `bwrap ${option}`),
    `run ${JSON.stringify(plan.command)}`,
  ];
}

function describeOptions(options: readonly string[]): readonly string[] {
  const lines: string[] = [];
  const starts = options.map((option) => option.startsWith('--'));
  options.forEach((option, index) => {
    const previous = lines.at(-1);
    if (options[index - 2] === '--setenv') return;
    if (starts[index] || previous === undefined) lines.push(option);
    else lines[lines.length - 1] = `${previous} ${option}`;
  });
  return lines;
}
