import type { NormalizedManifest } from '../contracts/manifest.ts';

/**
 * What came to the manifest after its digest was fixed is left out where it is empty: a manifest without it keeps its
 * digest, and a lock its identity.
 */
export function withoutLaterKeys(manifest: NormalizedManifest): object {
  const { env, files, run, ...rest } = manifest;
  return {
    ...rest,
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(files.length === 0 ? {} : { files }),
    ...(run.length === 0 ? {} : { run }),
  };
}
