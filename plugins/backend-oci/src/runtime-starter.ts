import { shellWord } from '@karapace/core';
import { WORKSPACE, type CommandStarter } from '@karapace/sandbox-profile';

import { hideCgroups, type CgroupView } from './cgroup-view.ts';
import type { OciPlan } from './oci-plan.ts';
import type { RuntimeName } from './runtime-names.ts';

/** Control groups are not the runtime's business: a kill would leave its own behind. */
const OPTIONS: Readonly<Record<RuntimeName, string>> = {
  crun: '--cgroup-manager=disabled',
  runc: '--rootless=true',
  youki: '',
};

/** A program of Go starts threads by the number of processors, and they count where processes are limited. */
const FEW_THREADS = 'export GOMAXPROCS=1';

/** In the form of a runtime's log. */
const NOTHING = `printf '{"level": "error", "msg": "it ended with %s and started nothing"}\\n' "$code" >&2`;

export interface StarterOptions {
  /** Lines of shell that finish the root; none for layers. */
  readonly skeleton: string;
  readonly cgroups: CgroupView;
  /** A word that no other session of the root has. */
  readonly session: string;
}

/**
 * Starts the command by the runtime, whose bundle and state lie in the sandbox's workspace: in memory, unseen by others, and
 * gone with the last process, however that ends.
 */
export function runtimeStarter({ runtime, config, join }: OciPlan, options: StarterOptions): CommandStarter {
  const own = `${WORKSPACE.directory}/${runtime}-${options.session}`;
  const log = `${own}/log`;
  // A file system of its own: that of the workspace may be full of what a command has written, where that is thrown away.
  const place = `mkdir ${own} && mount -t tmpfs -o mode=0700,nosuid,nodev,noexec,size=16m karapace ${own}`;
  const bundle = `${place} && mkdir ${own}/bundle ${own}/state && cat <&4 >${own}/bundle/config.json`;
  return {
    tools: [runtime],
    inputs: [JSON.stringify(config)],
    prepare: [
      `${bundle} || fail 0 starter ${shellWord('write the bundle')}`,
      // Who joins sees what the first has hidden.
      join === null ? hideCgroups(options.cgroups) : '',
      options.skeleton,
      runtime === 'runc' ? FEW_THREADS : '',
    ].join('\n'),
    command: `${runtime} --root ${own}/state --log ${log} --log-format json ${OPTIONS[runtime]} run --pid-file ${own}/pid --bundle ${own}/bundle karapace 4<&-`,
    // A code is the command's only where there was one.
    report: [
      `if [ -s ${own}/pid ]; then printf '{"exit-code": %s}\\n' "$code" >&2; fi`,
      `if [ -s ${log} ]; then cat ${log} >&2; elif [ ! -s ${own}/pid ]; then ${NOTHING}; fi`,
      `umount -l ${own} && rmdir ${own}`,
    ].join('\n'),
    reportsChild: false,
  };
}
