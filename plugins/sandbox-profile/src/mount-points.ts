import type { SandboxMount } from '@karapace/core';

import type { SetupStep, SharedMount } from './setup-step.ts';
import { WORKSPACE } from './workspace.ts';

/** Filled by each session for itself. An upper may hold links that an earlier command planted in these places. */
const OWN = ['/dev', '/proc', '/sys'];
/** Filled once, for all sessions. */
const SHARED: Readonly<Record<string, string>> = { '/tmp': 'mode=1777', '/run': 'mode=0755' };

/**
 * Plans every place that something will be mounted on, in the root as it was put together: looks at it, and pins it.
 *
 * A pinned place is a mount point of its own, which nobody inside can move or replace: a session that joins later mounts
 * on the same places, while commands run that may want it to mount somewhere else.
 *
 * @param mounts sorted by target
 */
export function planMountPoints(mounts: readonly SandboxMount[], isReadOnly: boolean): readonly SetupStep[] {
  const [early, late] = [mounts.filter(isInLayers), mounts.filter(isInShared)];
  const own = [...OWN, ...Object.keys(SHARED)].map((path): SetupStep => ({
    kind: 'mount-point',
    root: WORKSPACE.root,
    path,
    source: null,
  }));
  const pin = pinIn(isReadOnly);
  return [
    ...own,
    ...early.flatMap((mount) => planMountPoint(mount, mounts)),
    { kind: 'mounts', mounts: [...sharedMounts(), ...pin([...OWN, ...placesOf(early)])] },
    ...late.flatMap((mount) => planMountPoint(mount, mounts)),
    ...(late.length === 0 ? [] : [{ kind: 'mounts', mounts: pin(placesOf(late)) } as const]),
  ];
}

/** Names that need no quotes. */
const PLAIN_TOP = /^\/[\w.-]+$/u;

/** The mount points that layers have to have, so that none is made in the upper, where it would be a change. */
export interface LayerPlaces {
  /** Those at the top of the root, which no directory leads to. */
  readonly top: readonly SandboxMount[];
  /** Those in a directory, whose owner and mode the layers decide together. */
  readonly below: readonly SetupStep[];
}

export function planLayerPlaces(mounts: readonly SandboxMount[]): LayerPlaces {
  const inLayers = mounts.filter((mount) => isInLayers(mount) && outerOf(mount.target, mounts) === undefined);
  const isTop = ({ target }: SandboxMount): boolean => PLAIN_TOP.test(target);
  return {
    top: inLayers.filter(isTop),
    below: inLayers.filter((mount) => !isTop(mount)).flatMap((mount) => planMountPoint(mount, mounts)),
  };
}

/** Mount points in the host's directories are looked at by each session: nothing of them can be pinned. */
export function planNestedMountPoints(mounts: readonly SandboxMount[]): readonly SetupStep[] {
  return mounts.flatMap((mount) => planMountPoint(mount, mounts)).filter(({ kind }) => kind === 'nested-mount-point');
}

function planMountPoint({ source, target }: SandboxMount, mounts: readonly SandboxMount[]): readonly SetupStep[] {
  const outer = outerOf(target, mounts);
  if (outer !== undefined) {
    return [{ kind: 'nested-mount-point', root: outer.source, path: target.slice(outer.target.length) }];
  }
  return [{ kind: 'mount-point', root: WORKSPACE.root, path: target, source }];
}

function outerOf(target: string, mounts: readonly SandboxMount[]): SandboxMount | undefined {
  return mounts.findLast((other) => target.startsWith(`${other.target}/`));
}

function isInLayers(mount: SandboxMount): boolean {
  return !isInShared(mount);
}

function isInShared({ target }: SandboxMount): boolean {
  return Object.keys(SHARED).some((path) => target.startsWith(`${path}/`));
}

function sharedMounts(): readonly SharedMount[] {
  const places = Object.entries(SHARED).map(([path, mode]) => [WORKSPACE.root + path, mode] as const);
  return [...places, [WORKSPACE.sharedMemory, 'mode=1777'] as const].map(([target, mode]) => ({
    source: 'karapace',
    target,
    type: 'tmpfs',
    options: `${mode},nosuid,nodev`,
  }));
}

/** Targets that are not in a host directory, each after the directories that lead to it. */
function placesOf(mounts: readonly SandboxMount[]): readonly string[] {
  const targets = mounts.map(({ target }) => target).filter((target) => outerOf(target, mounts) === undefined);
  return [...new Set(targets.flatMap(prefixes))].filter((place) => SHARED[place] === undefined);
}

function pinIn(isReadOnly: boolean): (places: readonly string[]) => readonly SharedMount[] {
  return (places) =>
    places.map((place) => ({
      source: WORKSPACE.root + place,
      target: WORKSPACE.root + place,
      type: 'none',
      options: isReadOnly ? 'bind,ro,nosuid,nodev' : 'bind',
    }));
}

/** `/a/b` gives `/a` and `/a/b`. */
export function prefixes(path: string): readonly string[] {
  const parts = path.slice(1).split('/');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
