import type { FilesPin } from '../contracts/lock.ts';
import type { Manifest } from '../contracts/manifest.ts';
import { KarapaceError } from '../errors.ts';
import type { Instance } from '../instance.ts';
import { normalizeManifest } from '../manifest/normalize-manifest.ts';
import { loadConfig, type LoadedConfig } from '../plugin/load-config.ts';
import { locateManifest } from '../plugin/locate-manifest.ts';
import { initStage, type Project } from '../stages/init.ts';

/** Reads a manifest, loads the plugins it names, and fills in what it leaves out. */
export async function loadProject(file: string, instance: Instance): Promise<Project> {
  return loadProjectOf(await loadConfig(file), instance);
}

/** The same of a manifest that is read, or that is about to be written. */
export async function loadProjectOf(config: LoadedConfig, instance: Instance): Promise<Project> {
  await instance.addPlugins(config.plugins, config.directory);
  return initStage(config, instance.hooks);
}

/** What the manifest's `files` are at this moment. */
export async function pinFiles({ directory, manifest }: Project): Promise<readonly FilesPin[]> {
  if (manifest.files.length === 0) return [];
  const { readProjectFiles } = await import('../store/files/read-project-files.ts');
  return Promise.all(manifest.files.map(async (request) => (await readProjectFiles(directory, request)).pin));
}

/** The project found from a directory; where there is none, one on a plain Debian image. */
export async function loadProjectOrDefault(
  directory: string,
  instance: Instance,
): Promise<Pick<Project, 'manifest' | 'directory'>> {
  try {
    return await loadProject(await locateManifest(undefined, directory), instance);
  } catch (error) {
    if (error instanceof KarapaceError && error.code === 'MANIFEST_NOT_FOUND') return plainProject(directory, instance);
    throw error;
  }
}

async function plainProject(directory: string, instance: Instance): Promise<Pick<Project, 'manifest' | 'directory'>> {
  await instance.addPlugins([], directory);
  return { manifest: normalizeManifest(PLAIN), directory };
}

const PLAIN: Manifest = { manifest_version: 1, base: { image: 'debian' } };
