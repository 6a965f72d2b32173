import { describeRoot } from '@karapace/sandbox-profile';

import type { NamespacePlan } from './namespace-plan.ts';

/** One line for each operation, in order. Values of variables stay out: they may be secrets. */
export function describePlan(plan: NamespacePlan): readonly string[] {
  const rules = plan.filter.rules.map(({ syscall, errno }) => `${syscall} (${errno})`);
  return [
    ...describeRoot(plan),
    `limit capabilities to ${plan.capabilities.join(' ')}`,
    `answer system calls with an error: ${[...new Set(rules)].join(', ')}`,
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
