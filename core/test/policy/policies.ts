import type { PolicyOrigin, PolicyTable } from '../../src/contracts/policy.ts';
import { fillPolicy } from '../../src/manifest/normalize-policy.ts';
import { NO_LIMITS } from '../../src/manifest/limit-names.ts';
import type { PolicyWish, ResolvedPolicy } from '../../src/policy/find-refusal.ts';

/** A policy whose directories are real paths already. */
export function policyOf(table: PolicyTable, origin: PolicyOrigin = 'system'): ResolvedPolicy {
  const policy = fillPolicy(table);
  return { origin, file: `/${origin}.toml`, policy, directories: policy.mounts };
}

/** What a manifest that asks for nothing wants. */
export const NOTHING: PolicyWish = {
  intent: {
    hardware: { gpu: false, audio: false },
    env: {},
    run: [],
    runtime: { backend: 'namespace', network_isolation: true, resource_limits: NO_LIMITS },
  },
  mounts: [],
};

export function wishFor(intent: Partial<PolicyWish['intent']>, mounts: readonly string[] = []): PolicyWish {
  return {
    intent: { ...NOTHING.intent, ...intent },
    mounts: mounts.map((real, index) => ({ label: `m${index}`, real })),
  };
}
