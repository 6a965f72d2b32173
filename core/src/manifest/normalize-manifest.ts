import type {
  FilesRequest,
  Manifest,
  ManifestFiles,
  ManifestLimits,
  ManifestRun,
  Mount,
  NormalizedManifest,
  RunRequest,
} from '../contracts/manifest.ts';
import type { SandboxLimits } from '../contracts/sandbox.ts';
import { normalPath } from './inside-path.ts';
import { LIMIT_NAMES, NO_LIMITS } from './limit-names.ts';
import { normalizePolicy } from './normalize-policy.ts';
import { parseMount } from './parse-mount.ts';

/** What runs an environment whose manifest does not say. */
const DEFAULT_BACKEND = 'namespace';

/** Fills in every default; sorts lists whose order means nothing by code unit and drops what is named twice. Pure. */
export function normalizeManifest(manifest: Manifest): NormalizedManifest {
  const { runtime = {} } = manifest;
  return {
    manifest_version: 1,
    base: { image: manifest.base.image },
    system: { packages: sortedSet(manifest.system?.packages) },
    gui: { apps: sortedSet(manifest.gui?.apps) },
    hardware: { gpu: manifest.hardware?.gpu ?? false, audio: manifest.hardware?.audio ?? false },
    mounts: sortedMounts(manifest.mounts),
    env: sortedTable(manifest.env),
    files: (manifest.files ?? []).map(normalFiles),
    run: (manifest.run ?? []).map(normalRun),
    policy: normalizePolicy(manifest.policy),
    runtime: {
      backend: runtime.backend ?? DEFAULT_BACKEND,
      network_isolation: runtime.network_isolation ?? false,
      resource_limits: normalLimits(runtime.resource_limits),
    },
  };
}

function sortedSet(names: readonly string[] = []): readonly string[] {
  // Without a comparison, `toSorted` compares code units: no locale has a say.
  return [...new Set(names)].toSorted();
}

function sortedTable(table: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(table).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function normalFiles({ source, target, mode }: ManifestFiles): FilesRequest {
  return { source: normalPath(source), target: normalPath(target), mode: mode?.padStart(4, '0') ?? null };
}

function normalRun({ name, command, network, after }: ManifestRun, index: number): RunRequest {
  return {
    name: name ?? String(index + 1),
    command: typeof command === 'string' ? ['/bin/sh', '-c', command] : [...command],
    network: network ?? false,
    after: sortedSet(after),
  };
}

function normalLimits({ best_effort = false, ...asked }: ManifestLimits = {}): SandboxLimits {
  const limits = LIMIT_NAMES.map((name) => [name, asked[name] ?? null] as const);
  return { ...NO_LIMITS, ...Object.fromEntries(limits), best_effort };
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
