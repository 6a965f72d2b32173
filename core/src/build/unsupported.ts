import type { BackendCapabilities } from '../contracts/backend.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import { LIMIT_NAMES } from '../manifest/limit-names.ts';

const REACHABLE =
  'Abstract sockets of the host can be reached from inside on this machine (`karapace doctor` says why); `network_isolation = true` keeps them away';

/** What of a manifest is not as a reader would expect on this machine, one sentence each. Pure. */
export function unsupported(
  { runtime, hardware, run }: NormalizedManifest,
  capabilities: BackendCapabilities,
): readonly string[] {
  const limits = LIMIT_NAMES.filter(
    (limit) => runtime.resource_limits[limit] !== null && !capabilities.limits.includes(limit),
  );
  const devices = (['gpu', 'audio'] as const).filter((device) => hardware[device]);
  return [
    ...limits.map((limit) => `The backend \`${runtime.backend}\` cannot enforce \`runtime.resource_limits.${limit}\``),
    ...(capabilities.cutsAbstractSockets === false && !runtime.network_isolation ? [REACHABLE] : []),
    ...run
      .filter(({ network }) => network)
      .map(
        ({ name }) =>
          `The run \`${name}\` has network: what it makes may differ from machine to machine and day to day`,
      ),
    ...devices.map((device) => `No plugin provides \`hardware.${device}\`; environments will not have it`),
  ];
}
