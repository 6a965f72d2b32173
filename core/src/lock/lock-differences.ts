import type { FilesPin, LockFile } from '../contracts/lock.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import { LIMIT_NAMES } from '../manifest/limit-names.ts';

/** One field in which a manifest asks for something else than a lock answers. */
export interface LockDifference {
  /** Dotted key of the manifest. */
  readonly field: string;
  /** JSON, or `nothing`. */
  readonly lock: string;
  /** JSON, or `nothing`. */
  readonly manifest: string;
}

const NOTHING = 'nothing';

/** Where a lock no longer answers a manifest, field by field. Pure. */
export function lockDifferences(
  { intent, files }: Pick<LockFile, 'intent' | 'files'>,
  wish: { readonly manifest: NormalizedManifest; readonly files: readonly FilesPin[] },
): readonly LockDifference[] {
  const [locked, wanted] = [fieldsOf(intent, files), fieldsOf(wish.manifest, wish.files)];
  const fields = [...new Set([...locked.keys(), ...wanted.keys()])];
  return fields
    .map((field) => ({ field, lock: locked.get(field) ?? NOTHING, manifest: wanted.get(field) ?? NOTHING }))
    .filter((difference) => difference.lock !== difference.manifest);
}

function fieldsOf(manifest: NormalizedManifest, pins: readonly FilesPin[]): ReadonlyMap<string, string> {
  const { base, system, gui, hardware, mounts, env, files, run, policy, runtime } = manifest;
  const { resource_limits: limits } = runtime;
  const fields: readonly (readonly [string, unknown])[] = [
    ['base.image', base.image],
    ['system.packages', system.packages],
    ['gui.apps', gui.apps],
    ['hardware.gpu', hardware.gpu],
    ['hardware.audio', hardware.audio],
    ...mounts.map(({ label, host, container }) => [`mounts.${label}`, `${host}:${container}`] as const),
    ...Object.entries(env).map(([name, value]) => [`env.${name}`, value] as const),
    ...files.map((each, index) => [`files[${index}]`, each] as const),
    ...pins.map(({ tree }, index) => [`files[${index}].content`, tree] as const),
    ...run.map((each, index) => [`run[${index}]`, each] as const),
    ...Object.entries(policy ?? {}).map(([key, rule]) => [`policy.${key}`, rule] as const),
    ['runtime.backend', runtime.backend],
    ['runtime.network_isolation', runtime.network_isolation],
    ...LIMIT_NAMES.map((name) => [`runtime.resource_limits.${name}`, limits[name]] as const),
    ['runtime.resource_limits.best_effort', limits.best_effort || null],
  ];
  return new Map(fields.filter(([, value]) => value !== null).map(([field, value]) => [field, JSON.stringify(value)]));
}
