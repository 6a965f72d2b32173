import type { Manifest, Mount, NormalizedManifest } from '../contracts/manifest.ts';
import { parseMount } from './parse-mount.ts';

/** What runs an environment whose manifest does not say. */
const DEFAULT_BACKEND = 'namespace';

/** Fills in every default; sorts lists by code unit and drops what is named twice. Pure. */
export function normalizeManifest(manifest: Manifest): NormalizedManifest {
  const { runtime = {} } = manifest;
  const { cpu_shares = null, memory_limit_mb = null } = runtime.resource_limits ?? {};
  return {
    manifest_version: 1,
    base: { image: manifest.base.image },
    system: { packages: sortedSet(manifest.system?.packages) },
    gui: { apps: sortedSet(manifest.gui?.apps) },
    hardware: { gpu: manifest.hardware?.gpu ?? false, audio: manifest.hardware?.audio ?? false },
    mounts: sortedMounts(manifest.mounts),
    runtime: {
      backend: runtime.backend ?? DEFAULT_BACKEND,
      network_isolation: runtime.network_isolation ?? false,
      resource_limits: { cpu_shares, memory_limit_mb },
    },
  };
}

function sortedSet(names: readonly string[] = []): readonly string[] {
  // Without a comparison, `toSorted` compares code units: no locale has a say.
  return [...new Set(names)].toSorted();
}

function sortedMounts(mounts: Readonly<Record<string, string>> = {}): readonly Mount[] {
  return Object.keys(mounts)
    .toSorted()
    .map((label) => {
      const mount = parseMount(label, mounts[label] ?? '');
      if ('expected' in mount) throw new TypeError(`The mount \`${label}\` was not checked`);
      return mount;
    });
}
