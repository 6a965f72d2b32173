import type { BackendCapabilities } from '../contracts/backend.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';

/** What a manifest asks for and the backend cannot do, one sentence each. Pure. */
export function unsupported(
  { runtime, hardware }: NormalizedManifest,
  capabilities: BackendCapabilities,
): readonly string[] {
  const limits = (['cpu_shares', 'memory_limit_mb'] as const).filter(
    (limit) => runtime.resource_limits[limit] !== null && !capabilities.limits.includes(limit),
  );
  const devices = (['gpu', 'audio'] as const).filter((device) => hardware[device]);
  return [
    ...limits.map((limit) => `The backend \`${runtime.backend}\` cannot enforce \`runtime.resource_limits.${limit}\``),
    ...devices.map((device) => `No plugin provides \`hardware.${device}\`; environments will not have it`),
  ];
}
