import { KarapaceError, LIMIT_NAMES, type LimitName, type SandboxLimits, type SandboxSpec } from '@karapace/core';

import type { IdMap } from '../sandbox-plan.ts';
import type { findPlaces, GroupPlace, Hindrance, Obstacle } from './group-place.ts';
import { groupSettings, type GroupSetting } from './group-settings.ts';
import type { Controller } from './hierarchies.ts';

/** How the limits of a sandbox will be kept. Plain data. */
export interface LimitPlan {
  readonly groups: readonly PlannedGroup[];
  readonly processes: ProcessLimits;
  /** A directory of the host that may hold so much; `null` where the kernel looks or nobody has to. */
  readonly disk: { readonly upper: string; readonly mebibytes: number } | null;
  /** Kept by the kernel, which does not say when they are reached. */
  readonly uncounted: readonly LimitName[];
  /** Asked for, and not kept. */
  readonly missing: readonly MissingLimit[];
}

export interface PlannedGroup extends Pick<GroupPlace, 'version' | 'parent' | 'enable'> {
  readonly settings: readonly GroupSetting[];
}

/** As `setrlimit(2)` has them; `null` leaves what the caller has. */
export interface ProcessLimits {
  readonly openFiles: OpenFiles;
  readonly fileBytes: number | null;
  readonly processes: number | null;
}

export interface OpenFiles {
  readonly soft: number;
  readonly hard: number;
}

export interface MissingLimit extends Hindrance {
  readonly limit: LimitName;
}

/** What limits depend on, besides the spec. */
export interface LimitFacts {
  /** This process's own. */
  readonly openFiles: OpenFiles;
  /** Whether the kernel counts the processes of each user namespace, and of this user at all. */
  readonly countsProcesses: boolean;
  /** Looks at this machine's control groups: only a limit asks for it. */
  readonly findPlaces: (wanted: readonly Controller[]) => ReturnType<typeof findPlaces>;
}

/** What services have by default: programs that need more raise it themselves, and old ones are slow with more. */
const OPEN_FILES: OpenFiles = { soft: 1_024, hard: 524_288 };
const LIMITS = { cpu: 'cpu_shares', memory: 'memory_limit_mb', pids: 'pids_limit' } as const;
const CONTROLLERS: readonly Controller[] = ['cpu', 'memory', 'pids'];
const MEBIBYTE = 1024 * 1024;

/**
 * Decides how limits are kept. Pure.
 *
 * @throws KarapaceError `BACKEND_UNSUPPORTED` for a limit that cannot be kept, unless `best_effort`
 */
export function planLimits({ limits, root }: SandboxSpec, idMap: IdMap, facts: LimitFacts): LimitPlan {
  const { groups, missing } = planGroups(limits, facts);
  const left = withoutCounted(missing, idMap, facts);
  if (!limits.best_effort && left[0] !== undefined) throw unsupported(left[0], limits);
  const processes = left.length < missing.length ? limits.pids_limit : null;
  const upper = root.kind === 'layers' && root.upper.kind === 'directory' ? root.upper.directory : null;
  return {
    groups,
    processes: {
      openFiles: planOpenFiles(limits.open_files_limit, facts.openFiles),
      fileBytes: limits.disk_limit_mb === null ? null : limits.disk_limit_mb * MEBIBYTE,
      processes,
    },
    disk: upper === null || limits.disk_limit_mb === null ? null : { upper, mebibytes: limits.disk_limit_mb },
    uncounted: [
      // More than what programs have anyway is not what they fail of, unless they ask for more and are told.
      ...(limits.open_files_limit !== null && limits.open_files_limit < OPEN_FILES.soft
        ? (['open_files_limit'] as const)
        : []),
      ...(processes === null ? [] : (['pids_limit'] as const)),
    ],
    missing: left,
  };
}

function planGroups(limits: SandboxLimits, facts: LimitFacts): Pick<LimitPlan, 'groups' | 'missing'> {
  const wanted = CONTROLLERS.filter((controller) => limits[LIMITS[controller]] !== null);
  if (wanted.length === 0) return { groups: [], missing: [] };
  const { places, obstacles } = facts.findPlaces(wanted);
  const groups = places.map((place) => ({
    version: place.version,
    parent: place.parent,
    enable: place.enable,
    settings: place.controllers.flatMap((controller) => groupSettings(controller, place.version, limits)),
  }));
  return { groups, missing: obstacles.map(missingLimit) };
}

function missingLimit({ controller, ...hindrance }: Obstacle): MissingLimit {
  return { limit: LIMITS[controller], ...hindrance };
}

/** Nobody but root may have more than the caller. */
function planOpenFiles(limit: number | null, own: OpenFiles): OpenFiles {
  const hard = Math.min(own.hard, limit ?? OPEN_FILES.hard);
  return { soft: Math.min(hard, limit ?? OPEN_FILES.soft), hard };
}

/** With one id, the kernel's own count of its processes in the user namespace is that of the sandbox. */
function withoutCounted(
  missing: readonly MissingLimit[],
  idMap: IdMap,
  { countsProcesses }: LimitFacts,
): readonly MissingLimit[] {
  if (idMap === 'single' && countsProcesses) return missing.filter(({ limit }) => limit !== 'pids_limit');
  if (idMap !== 'range') return missing;
  const ending = ', and nothing else counts processes of a range of ids';
  return missing.map((each) => (each.limit === 'pids_limit' ? { ...each, reason: each.reason + ending } : each));
}

/** The limits that this machine does not keep for this user, each on its own. */
export function missingLimits(idMap: IdMap, facts: LimitFacts): readonly MissingLimit[] {
  const obstacles = CONTROLLERS.flatMap((controller) => facts.findPlaces([controller]).obstacles);
  return withoutCounted(obstacles.map(missingLimit), idMap, facts);
}

/** The limits that it does keep. */
export function enforcedLimits(idMap: IdMap, facts: LimitFacts): readonly LimitName[] {
  const missing = missingLimits(idMap, facts).map(({ limit }) => limit);
  return LIMIT_NAMES.filter((name) => !missing.includes(name));
}

function unsupported({ limit, reason, wayOut }: MissingLimit, limits: SandboxLimits): KarapaceError {
  return new KarapaceError('BACKEND_UNSUPPORTED', `\`${limit} = ${limits[limit]}\` cannot be enforced: ${reason}`, {
    hint: `${wayOut}; \`best_effort = true\` in \`[runtime.resource_limits]\` does without.`,
  });
}
