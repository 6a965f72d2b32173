import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { Policy } from '../contracts/policy.ts';
import type { SandboxLimits } from '../contracts/sandbox.ts';

/**
 * What came to the manifest after its digest was fixed is left out where it is empty: a manifest without it keeps its
 * digest, and a lock its identity.
 */
export function withoutLaterKeys(manifest: NormalizedManifest): object {
  const { env, files, run, policy, runtime, ...rest } = manifest;
  return {
    ...rest,
    runtime: { ...runtime, resource_limits: withoutLaterLimits(runtime.resource_limits) },
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(files.length === 0 ? {} : { files }),
    ...(run.length === 0 ? {} : { run }),
    ...(policy === null ? {} : { policy: withoutSilence(policy) }),
  };
}

/** A rule that a policy does not have may be one that nobody knew when the lock was made. */
function withoutSilence({ resource_limits, network_isolation, ...lists }: Policy): object {
  const said = (rules: object) => Object.fromEntries(Object.entries(rules).filter(([, rule]) => rule !== null));
  return {
    ...said(lists),
    ...(network_isolation ? { network_isolation } : {}),
    resource_limits: said(resource_limits),
  };
}

function withoutLaterLimits({ cpu_shares, memory_limit_mb, best_effort, ...later }: SandboxLimits): object {
  const asked = Object.entries(later).filter(([, limit]) => limit !== null);
  return { cpu_shares, memory_limit_mb, ...Object.fromEntries(asked), ...(best_effort ? { best_effort } : {}) };
}
