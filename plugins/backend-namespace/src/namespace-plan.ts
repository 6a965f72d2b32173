import type { SandboxSpec } from '@karapace/core';
import {
  CAPABILITIES,
  planSandbox,
  seccompRules,
  sortMounts,
  TOOLS_CAPABILITIES,
  withPinnedSources,
  type HostFacts,
  type JoinPoint,
  type SandboxPlan,
} from '@karapace/sandbox-profile';

import { bwrapArguments } from './bwrap-arguments.ts';
import { checkSpec } from './check-spec.ts';
import type { FilterOptions } from './seccomp-filter.ts';

/** Everything that will be done, as data. */
export interface NamespacePlan extends SandboxPlan {
  /** Options of `bwrap`, without the command. */
  readonly bwrap: readonly string[];
  /** The bounding set, as names. */
  readonly capabilities: readonly string[];
  readonly filter: FilterOptions;
}

/**
 * Decides what a sandbox is made of. Pure.
 *
 * @throws KarapaceError `BACKEND_UNSUPPORTED`, `NAMESPACE_DENIED`, `SANDBOX_FAILED` for what cannot be done as specified
 */
export function planNamespace(spec: SandboxSpec, facts: HostFacts, join: JoinPoint | null = null): NamespacePlan {
  checkSpec(spec);
  const isTools = spec.root.kind === 'tools';
  return {
    ...planSandbox(spec, facts, join),
    bwrap: bwrapArguments({ ...spec, mounts: withPinnedSources(sortMounts(spec.mounts)) }, facts, join !== null),
    capabilities: isTools ? TOOLS_CAPABILITIES : CAPABILITIES,
    filter: { architecture: facts.architecture, rules: seccompRules({ ids: spec.ids, mounting: isTools }) },
  };
}
