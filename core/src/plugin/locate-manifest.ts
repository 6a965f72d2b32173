import path from 'node:path';

import { findConfigFile, findConfigFileIn } from './find-config-file.ts';
import { manifestKind } from './read-manifest-file.ts';

/**
 * The absolute path of a manifest.
 *
 * @param manifest a file of any kind, or a directory that holds one; `undefined`: the nearest, searched upward
 * @param directory where the search or a relative path starts
 * @throws KarapaceError `MANIFEST_NOT_FOUND`, `MANIFEST_UNREADABLE`, `CONFIG_INVALID` when a directory holds two
 */
export async function locateManifest(manifest: string | undefined, directory: string): Promise<string> {
  const place = path.resolve(directory, manifest ?? '.');
  if (manifest !== undefined && (await manifestKind(place)) === 'file') return place;
  return manifest === undefined ? findConfigFile(place) : findConfigFileIn(place);
}
