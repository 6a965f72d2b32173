import type { SandboxMount } from '@karapace/core';

import type { SetupStep } from './setup-step.ts';
import { WORKSPACE } from './workspace.ts';

/** An upper may hold links that an earlier command planted in these places. */
const PRIVATE = ['/dev', '/proc', '/sys', '/tmp', '/run'];

/**
 * Plans the checks of every place that something will be mounted on, in the root as it was put together.
 *
 * @param mounts sorted by target
 */
export function planMountPoints(mounts: readonly SandboxMount[]): readonly SetupStep[] {
  const own = PRIVATE.map((path): SetupStep => ({ kind: 'mount-point', root: WORKSPACE.root, path, source: null }));
  return [...own, ...mounts.flatMap((mount) => planMountPoint(mount, mounts))];
}

export function planMountPoint(
  { source, target }: SandboxMount,
  mounts: readonly SandboxMount[],
): readonly SetupStep[] {
  const outer = mounts.findLast((other) => target.startsWith(`${other.target}/`));
  if (outer !== undefined) {
    return [{ kind: 'nested-mount-point', root: outer.source, path: target.slice(outer.target.length) }];
  }
  // What is mounted below a private tmpfs gets its mount point there, by bwrap, and no image can reach it.
  if (PRIVATE.some((path) => target.startsWith(`${path}/`))) return [];
  return [{ kind: 'mount-point', root: WORKSPACE.root, path: target, source }];
}
