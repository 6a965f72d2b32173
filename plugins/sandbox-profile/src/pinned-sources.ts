import type { SandboxMount } from '@karapace/core';

import type { PinnedSource } from './setup-step.ts';
import { WORKSPACE } from './workspace.ts';

/**
 * What of the host is bound, and checked, before it is mounted: between the look at a path and its use, whoever may write
 * to a directory on its way could lead it elsewhere. Pure.
 */
export function pinnedSources(mounts: readonly SandboxMount[]): readonly PinnedSource[] {
  return mounts.flatMap(({ source, inode }, index) =>
    inode === undefined ? [] : [{ source, inode, place: placeOf(index) }],
  );
}

/** The mounts, from where their sources are held: for whoever mounts them. Sorted as they are for the plan. Pure. */
export function withPinnedSources(mounts: readonly SandboxMount[]): readonly SandboxMount[] {
  return mounts.map((mount, index) => (mount.inode === undefined ? mount : { ...mount, source: placeOf(index) }));
}

function placeOf(index: number): string {
  return `${WORKSPACE.sources}/${index}`;
}
