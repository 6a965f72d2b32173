import { KarapaceError, type SandboxMount, type SandboxRoot, type SandboxSpec } from '@karapace/core';

import { checkTargets } from './check-targets.ts';
import { findTool, type HostFacts } from './host-facts.ts';
import { coverMachine, isInner } from './inner-namespace.ts';
import type { JoinPoint } from './join-point.ts';
import { planLimits, type LimitPlan } from './limits/plan-limits.ts';
import { planLayerPlaces, planMountPoints, planNestedMountPoints, type LayerPlaces } from './mount-points.ts';
import { toolMissing } from './namespace-command.ts';
import { networkFiles } from './network-files.ts';
import { pinnedSources } from './pinned-sources.ts';
import type { SetupStep } from './setup-step.ts';
import { toolsSteps } from './tools-root.ts';
import { WORKSPACE } from './workspace.ts';

/** `identity`: root's ids as they are. `range`: by `newuidmap`. `single`: the user alone, as 0. */
export type IdMap = 'identity' | 'range' | 'single';

/** How a root is put together, as data. What starts the command in it is the backend's. */
export interface SandboxPlan {
  readonly idMap: IdMap;
  readonly steps: readonly SetupStep[];
  readonly command: readonly string[];
  readonly terminal: boolean;
  /** Whether the command gets user and mount namespaces below those in which the root is put together. */
  readonly isInner: boolean;
  /** The session whose root is shared; `null` puts one together. */
  readonly join: JoinPoint | null;
  readonly limits: LimitPlan;
  /** Whether abstract sockets of the host have to be cut off; in a network of its own there are none. */
  readonly cutsSockets: boolean;
}

/**
 * Decides how the root of a sandbox is put together. Pure.
 *
 * @throws KarapaceError `NAMESPACE_DENIED`, `SANDBOX_FAILED` for what cannot be done as specified
 */
export function planSandbox(spec: SandboxSpec, facts: HostFacts, join: JoinPoint | null = null): SandboxPlan {
  checkTargets(spec);
  const mounts = sortMounts(spec.mounts);
  const idMap = planIdMap(spec, facts);
  return {
    idMap,
    steps: [
      ...(join === null ? planSteps(spec, mounts) : [{ kind: 'joinable' } as const, ...planNestedMountPoints(mounts)]),
      ...(isInner(spec, facts) ? [coverMachine(facts)] : []),
      ...holdSources(mounts),
    ],
    command: spec.command,
    terminal: spec.terminal,
    isInner: isInner(spec, facts),
    join,
    limits: planLimits(spec, idMap, facts),
    cutsSockets: spec.network === 'host' && facts.hasPerl,
  };
}

function holdSources(mounts: readonly SandboxMount[]): readonly SetupStep[] {
  const sources = pinnedSources(mounts);
  return sources.length === 0 ? [] : [{ kind: 'sources', sources }];
}

function planSteps(spec: SandboxSpec, mounts: readonly SandboxMount[]): readonly SetupStep[] {
  const { root } = spec;
  if (root.kind === 'tools') return toolsSteps(spec, mounts);
  return [
    ...layersSteps({ ...spec, mounts }, root, planLayerPlaces(mounts)),
    ...planMountPoints(mounts, root.upper.kind === 'read-only'),
  ];
}

function planIdMap({ ids }: SandboxSpec, { fullIds, toolDirectories }: HostFacts): IdMap {
  if (ids === 'single') return 'single';
  if (fullIds !== null) return fullIds.kind;
  throw noRange(toolDirectories);
}

/** Why there are no ids `full`. */
export function noRange(toolDirectories: readonly string[]): KarapaceError {
  if (process.geteuid?.() !== 0 && findTool('newuidmap', toolDirectories) === undefined)
    return toolMissing('newuidmap');
  return new KarapaceError('NAMESPACE_DENIED', 'This user has no subordinate id range, which ids `full` need', {
    hint: 'Run `karapace doctor`, which names the command that gives you one.',
  });
}

/** Parents before what is mounted below them. */
export function sortMounts(mounts: readonly SandboxMount[]): readonly SandboxMount[] {
  return mounts.toSorted((left, right) => (left.target < right.target ? -1 : 1));
}

/**
 * The topmost lower layer has real directories that cover links which an image ships in their place, so that neither the
 * backend's files nor a mount can land outside the root.
 */
const RUNTIME = ['dev', 'proc', 'sys', 'tmp', 'run', 'etc'].map((name) => `${WORKSPACE.runtime}/${name}`);

function layersSteps(
  spec: SandboxSpec,
  { lower, upper }: Extract<SandboxRoot, { kind: 'layers' }>,
  places: LayerPlaces,
): readonly SetupStep[] {
  // A read-only root is mounted with a throw-away upper too, which takes missing mount points, and then made read-only.
  const kept =
    upper.kind === 'directory' ? upper : { directory: WORKSPACE.upper, work: WORKSPACE.work, volatile: true };
  const isKept = upper.kind === 'directory';
  return [
    ...(isKept ? places.top : []).map(({ target: path, source }): SetupStep => ({
      kind: 'layer-place',
      path,
      source,
      lower,
    })),
    {
      kind: 'workspace',
      mebibytes: isKept ? null : spec.limits.disk_limit_mb,
      sources: pinnedSources(spec.mounts),
      directories: [
        WORKSPACE.root,
        WORKSPACE.upper,
        WORKSPACE.work,
        WORKSPACE.runtimeWork,
        WORKSPACE.links,
        WORKSPACE.sharedMemory,
        WORKSPACE.sources,
        ...RUNTIME,
      ],
    },
    ...networkFiles(spec, `${WORKSPACE.runtime}/etc`),
    ...(isKept ? makePlaces(lower, places.below) : []),
    {
      kind: 'overlay',
      lower: [WORKSPACE.runtime, ...lower],
      upper: kept.directory,
      work: kept.work,
      options: ['nosuid', 'nodev', ...(kept.volatile === true ? ['volatile'] : [])],
      target: WORKSPACE.root,
    },
  ];
}

/**
 * Makes missing mount points in the topmost lower layer. The layers are mounted for that with it as their upper, because
 * a directory in it decides the owner and mode of the one that it is merged with: overlayfs copies them.
 */
function makePlaces(lower: readonly string[], places: readonly SetupStep[]): readonly SetupStep[] {
  if (places.length === 0) return [];
  const { runtime: upper, runtimeWork: work, root: target } = WORKSPACE;
  return [
    { kind: 'overlay', lower, upper, work, options: ['nosuid', 'nodev', 'volatile'], target },
    ...places,
    { kind: 'unmount', target },
  ];
}
