import { shellWord } from '@karapace/core';
import type { CommandStarter } from '@karapace/sandbox-profile';

import type { NamespacePlan } from './namespace-plan.ts';

/** What is inside can open the program of its first process by `/proc/1/exe`; by a mount that is read only nobody writes to it. */
const HOLD = `bwrap=$(command -v bwrap) && mount -o bind,ro,nosuid,nodev "$bwrap" "$bwrap" || fail 0 starter ${shellWord('hold bwrap')}`;

/** Starts the command by `bwrap`, which reads its options and the filter from descriptors and reports on the status channel. */
export function bwrapStarter(plan: NamespacePlan, filter: Buffer): CommandStarter {
  const bounding = plan.capabilities.map((name) => `+${name}`).join(',');
  return {
    tools: ['bwrap'],
    inputs: [plan.bwrap.map((option) => `${option}\0`).join(''), filter],
    prepare: HOLD,
    command: `setpriv --bounding-set=-all,${bounding} bwrap --args 4 --seccomp 5 --json-status-fd 9 -- "$@" 9>&2`,
    report: '',
    reportsChild: true,
  };
}
