import { shellWord } from '@karapace/core';
import { readdirSync, statfsSync } from 'node:fs';

import {} from '@karapace/sandbox-profile';

/** How the host shows its control groups. */
export type CgroupView =
  | { readonly kind: 'none' }
  | { readonly kind: 'unified' }
  /** One directory for each hierarchy of the first version; with `unified` among them the layout is called hybrid. */
  | { readonly kind: 'hierarchies'; readonly names: readonly string[] };

const DIRECTORY = '/sys/fs/cgroup';
/** `CGROUP2_SUPER_MAGIC` of `linux/magic.h`. */
const CGROUP2 = 0x6367_7270;

export function readCgroupView(): CgroupView {
  try {
    if (statfsSync(DIRECTORY).type === CGROUP2) return { kind: 'unified' };
    const names = readdirSync(DIRECTORY);
    return names.length === 0 ? { kind: 'none' } : { kind: 'hierarchies', names };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'none' };
    throw error;
  }
}

/**
 * A line of shell that keeps the runtime from making control groups of its own, which a kill would leave behind. It finds
 * what it looks for, and may write nothing.
 *
 * Hierarchies are replaced by empty directories of their names, because crun refuses to start where it sees both versions.
 */
export function hideCgroups(view: CgroupView): string {
  const flags = 'nosuid,nodev,noexec';
  const failure = `fail 0 starter ${shellWord('hide the control groups')}`;
  switch (view.kind) {
    case 'none':
      return '';
    case 'unified':
      return `mount --bind -o ro,${flags} ${DIRECTORY} ${DIRECTORY} || ${failure}`;
    case 'hierarchies': {
      const names = view.names.map((name) => shellWord(`${DIRECTORY}/${name}`)).join(' ');
      return `mount -t tmpfs -o ${flags} karapace ${DIRECTORY} && mkdir ${names} && mount -o remount,bind,ro,${flags} ${DIRECTORY} || ${failure}`;
    }
  }
}
