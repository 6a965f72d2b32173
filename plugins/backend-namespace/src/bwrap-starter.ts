import type { CommandStarter } from '@karapace/sandbox-profile';

import type { NamespacePlan } from './namespace-plan.ts';

/** Starts the command by `bwrap`, which reads its options and the filter from descriptors and reports on the status channel. */
export function bwrapStarter(plan: NamespacePlan, filter: Buffer): CommandStarter {
  const bounding = plan.capabilities?.map((name) => `+${name}`).join(',');
  const limit = bounding === undefined ? '' : `setpriv --bounding-set=-all,${bounding} `;
  return {
    tools: ['bwrap'],
    inputs: [plan.bwrap.map((option) => `${option}\0`).join(''), filter],
    prepare: '',
    command: `${limit}bwrap --args 4 --seccomp 5 --json-status-fd 9 -- "$@" 9>&2`,
    report: '',
    reportsChild: true,
  };
}
