import { constants } from 'node:os';

import { KarapaceError, type LimitName } from '@karapace/core';

import type { HostFacts } from '../host-facts.ts';
import { getTool, wrapInIds } from '../namespace-command.ts';
import type { SandboxPlan } from '../sandbox-plan.ts';
import { createGroup, findGroup, type ControlGroup } from './control-group.ts';
import { watchDisk, type DiskWatch } from './disk-watch.ts';

/** Keeps the limits of one session. */
export interface LimitKeeper {
  readonly group: ControlGroup | null;
  /** Kills the session where a limit that the kernel does not know is reached. */
  readonly watch: (kill: () => void) => void;
  /**
   * The limit that was reached.
   *
   * @throws KarapaceError `SANDBOX_FAILED` where one could not be kept any more
   */
  readonly reached: (exitCode: number | null) => LimitName | undefined;
  readonly leave: ControlGroup['leave'];
}

const FILE_TOO_LARGE = 128 + constants.signals.SIGXFSZ;

/** Makes what the plan's limits need, and says on stderr which are not kept. */
export function openLimitKeeper(plan: SandboxPlan, { toolDirectories }: HostFacts): LimitKeeper {
  const { groups, processes, missing } = plan.limits;
  for (const { limit, reason } of missing) {
    process.stderr.write(`karapace: \`${limit}\` is not enforced: ${reason}\n`);
  }
  if (processes.fileBytes !== null || processes.processes !== null) getTool('prlimit', toolDirectories);
  const startDiskWatch = prepareDiskWatch(plan, toolDirectories);
  const group =
    plan.join === null ? createOrNone(groups, toolDirectories) : findGroup(plan.join.inside.pid, toolDirectories);
  let disk: DiskWatch | undefined;
  return {
    group,
    watch: (kill) => (disk = startDiskWatch?.(kill)),
    reached: (exitCode) => {
      // A command that goes on when the kernel killed one of its children knows better, but whoever runs it wants to know.
      if (exitCode === 0) return group?.reached();
      if (disk?.state() === 'unknown') throw unmeasured();
      if (disk?.state() === 'reached') return 'disk_limit_mb';
      if (processes.fileBytes !== null && exitCode === FILE_TOO_LARGE) return 'disk_limit_mb';
      return group?.reached();
    },
    leave: async (isOrderly) => {
      disk?.stop();
      await group?.leave(isOrderly);
    },
  };
}

function createOrNone(
  groups: SandboxPlan['limits']['groups'],
  toolDirectories: readonly string[],
): ControlGroup | null {
  return groups.length === 0 ? null : createGroup(groups, toolDirectories);
}

/** Looks for its program at once: later there would be a sandbox that nobody watches. */
function prepareDiskWatch(
  { idMap, limits: { disk } }: SandboxPlan,
  toolDirectories: readonly string[],
): ((kill: () => void) => DiskWatch) | undefined {
  if (disk === null) return undefined;
  const { upper, mebibytes } = disk;
  const du = [getTool('du', toolDirectories), '--summarize', '--one-file-system', '--block-size=1', upper];
  const measure = wrapInIds(idMap, du, toolDirectories);
  return (kill) => watchDisk(upper, { mebibytes, measure, kill });
}

function unmeasured(): KarapaceError {
  return new KarapaceError(
    'SANDBOX_FAILED',
    'The size of the writable layer cannot be measured, so its limit not kept',
    {
      hint: 'Remove `disk_limit_mb` from `[runtime.resource_limits]` if nothing can be done about it.',
    },
  );
}
