import { shellWord as quote, type SandboxSpec } from '@karapace/core';

import type { HostFacts } from './host-facts.ts';
import type { IdMap } from './sandbox-plan.ts';
import type { SetupStep } from './setup-step.ts';

/**
 * Whether the command gets a user namespace below the one in which the root is put together. For root's own id the kernel opens
 * its settings, whatever capabilities there are: who may mount could take away what covers them, or mount them once more.
 * Mounts of the namespace above are locked, and whoever sees them covered gets no others.
 */
export function isInner({ root }: SandboxSpec, { isRoot }: HostFacts): boolean {
  return root.kind === 'tools' && isRoot;
}

/** Covers what tells or changes something about the whole machine, before there is anybody who could want to see it. */
export function coverMachine({ machineFiles, readOnlyProc }: HostFacts): SetupStep {
  const cover = (source: string, target: string) =>
    ({ source, target, type: 'none', options: 'bind,ro,nosuid,nodev,noexec' }) as const;
  return {
    kind: 'mounts',
    mounts: [
      ...machineFiles.map((file) => cover('/dev/null', file)),
      ...readOnlyProc.map((place) => cover(place, place)),
    ],
  };
}

/**
 * Lines of shell that run a command in user and mount namespaces below, with its exit code in `$code`. Its control groups
 * stay those of the namespace above, so that it cannot mount them.
 *
 * @param command one command of the shell
 */
export function printInner(command: string, idMap: IdMap): string {
  // Ids inside are those outside; of a namespace of one id there is only that.
  const ids = idMap === 'single' ? '0 0 1' : '0 0 65536';
  const failure = `fail 0 starter ${quote('make a user namespace below')}`;
  return [
    // In the background a shell gives no input, and ignores what Ctrl-C sends.
    'exec 8<&0',
    `env --default-signal=INT,QUIT unshare --cgroup unshare --user --keep-caps --mount /bin/sh -c ${quote(AWAIT_IDS)} sh ${command} <&8 8<&- &`,
    'inner=$!',
    'while [ "/proc/$inner/ns/user" -ef /proc/self/ns/user ]; do :; done',
    `for map in uid_map gid_map; do printf '${ids}\\n' >"/proc/$inner/$map" || ${failure}; done`,
    'wait "$inner"',
  ].join('\n');
}

const AWAIT_IDS =
  'until IFS= read -r map </proc/self/uid_map && IFS= read -r map </proc/self/gid_map; do :; done; exec "$@"';
