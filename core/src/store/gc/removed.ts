import type { GcPlan } from '../../contracts/garbage.ts';

/** What gc has removed so far; it may have to plan several times. */
export interface Removed {
  /** Identities of environments and keys of layers. */
  readonly ids: Set<string>;
  trees: number;
  checkouts: number;
  archives: number;
  objects: number;
  bytes: number;
}

export function nothingRemoved(): Removed {
  return { ids: new Set(), trees: 0, checkouts: 0, archives: 0, objects: 0, bytes: 0 };
}

/** @param plans in the order in which they were made: a later one knows better */
export function describeRemoved({ ids, ...counts }: Removed, plans: readonly GcPlan[]): GcPlan {
  const environments = new Map(plans.flatMap((plan) => plan.environments.map((each) => [each.env_id, each])));
  const layers = new Map(plans.flatMap((plan) => plan.layers.map((each) => [each.key, each])));
  return {
    ...counts,
    environments: [...environments.values()].filter(({ env_id }) => ids.has(env_id)),
    layers: [...layers.values()].filter(({ key }) => ids.has(key)),
  };
}
