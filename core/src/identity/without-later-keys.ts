import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { SandboxLimits } from '../contracts/sandbox.ts';

/**
 * What came to the manifest after its digest was fixed is left out where it is empty: a manifest without it keeps its
 * digest, and a lock its identity.
 */
export function withoutLaterKeys(manifest: NormalizedManifest): object {
  const { env, files, run, runtime, ...rest } = manifest;
  return {
    ...rest,
    runtime: { ...runtime, resource_limits: withoutLaterLimits(runtime.resource_limits) },
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(files.length === 0 ? {} : { files }),
    ...(run.length === 0 ? {} : { run }),
  };
}

function withoutLaterLimits({ cpu_shares, memory_limit_mb, best_effort, ...later }: SandboxLimits): object {
  const asked = Object.entries(later).filter(([, limit]) => limit !== null);
  return { cpu_shares, memory_limit_mb, ...Object.fromEntries(asked), ...(best_effort ? { best_effort } : {}) };
}
