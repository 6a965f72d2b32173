import path from 'node:path';

import type { Manifest } from '../contracts/manifest.ts';
import { KarapaceError } from '../errors.ts';
import { checkManifest } from '../manifest/check-manifest.ts';
import { sourceWithoutPositions } from '../manifest/manifest-source.ts';
import { parseManifestJson, parseManifestToml } from '../manifest/parse-manifest.ts';
import { locateManifest } from './locate-manifest.ts';
import { readManifestFile } from './read-manifest-file.ts';

export interface LoadedConfig {
  /** Absolute path. */
  readonly file: string;
  /** Where the file is: relative mounts and plugins start here. */
  readonly directory: string;
  readonly manifest: Manifest;
  /** Plugins that the manifest names: package names, paths, plugins. */
  readonly plugins: readonly unknown[];
}

/**
 * Finds and loads the manifest of a directory, or of the nearest one above it.
 *
 * @throws KarapaceError `MANIFEST_NOT_FOUND`, and as `loadConfig`
 */
export async function findConfig(startDirectory: string): Promise<LoadedConfig> {
  return loadConfig(await locateManifest(undefined, startDirectory));
}

/**
 * Loads a manifest file.
 *
 * @param file absolute path
 * @throws KarapaceError `MANIFEST_UNREADABLE`, `MANIFEST_INVALID`, `CONFIG_INVALID` for a module that fails
 */
export async function loadConfig(file: string): Promise<LoadedConfig> {
  const manifest = await loadManifest(file);
  return { file, directory: path.dirname(file), manifest, plugins: manifest.plugins ?? [] };
}

async function loadManifest(file: string): Promise<Manifest> {
  switch (path.extname(file)) {
    case '.toml':
      return parseManifestToml(await readManifestFile(file), file);
    case '.json':
      return parseManifestJson(
        await readManifestFile(file),
        file,
        path.basename(file) === 'package.json' ? 'karapace' : undefined,
      );
    case '.ts':
    case '.mts':
    case '.js':
    case '.mjs': {
      const { importConfig } = await import('./import-config.ts');
      return checkManifest(await importConfig(file), sourceWithoutPositions(file));
    }
    default:
      throw new KarapaceError('CONFIG_INVALID', `\`${file}\` is of no kind that a manifest can be`, {
        place: { file },
        hint: 'Name it with `.toml`, `.json`, `.ts`, `.mts`, `.js` or `.mjs` at the end.',
      });
  }
}
