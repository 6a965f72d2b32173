import type { Policy, PolicyTable } from '../contracts/policy.ts';
import { LIMIT_NAMES, NO_LIMITS } from './limit-names.ts';

/** A policy, filled in; one that forbids nothing is none. Pure. */
export function normalizePolicy(table: PolicyTable = {}): Policy | null {
  const policy = fillPolicy(table);
  return forbidsNothing(policy) ? null : policy;
}

/** Fills in a policy: order and repetition mean nothing. Pure. */
export function fillPolicy(table: PolicyTable): Policy {
  return {
    mounts: sorted(table.mounts),
    devices: sorted(table.devices),
    network_isolation: table.network_isolation ?? false,
    variables: sorted(table.variables),
    resource_limits: maxima(table.resource_limits),
  };
}

function forbidsNothing({ mounts, devices, network_isolation, variables, resource_limits }: Policy): boolean {
  const lists = [mounts, devices, variables];
  return !network_isolation && [...lists, ...Object.values(resource_limits)].every((rule) => rule === null);
}

function maxima(most: PolicyTable['resource_limits'] = {}): Policy['resource_limits'] {
  const { best_effort: _none, ...unlimited } = NO_LIMITS;
  const said = LIMIT_NAMES.map((name) => [name, most[name] ?? null] as const);
  return { ...unlimited, ...Object.fromEntries(said) };
}

function sorted<Name extends string>(names: readonly Name[] | undefined): readonly Name[] | null {
  return names === undefined ? null : [...new Set(names)].toSorted();
}
