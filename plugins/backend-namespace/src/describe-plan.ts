import { describeRoot } from '@karapace/sandbox-profile';

import type { NamespacePlan } from './namespace-plan.ts';

/** One line for each operation, in order. Values of variables stay out: they may be secrets. */
export function describePlan(plan: NamespacePlan): readonly string[] {
  return [
    ...describeRoot(plan),
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
