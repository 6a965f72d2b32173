import type { NormalizedManifest } from '../contracts/manifest.ts';
import { normalizeManifest } from '../manifest/normalize-manifest.ts';
import type { Hooks } from '../plugin/hooks.ts';
import type { LoadedConfig } from '../plugin/load-config.ts';

/** A project as its author described it. */
export interface Project {
  /** Absolute path of the manifest. */
  readonly file: string;
  /** Where relative mounts start, and where the lock is. */
  readonly directory: string;
  readonly manifest: NormalizedManifest;
  /** Nothing but the text of the manifest decides what it means: no module, no plugin, no file. */
  readonly isPlain: boolean;
}

/** Fills in what the manifest leaves out, and lets plugins have their say. */
export async function initStage(config: LoadedConfig, hooks: Hooks): Promise<Project> {
  const manifest = await hooks.normalizeManifest.promise(normalizeManifest(config.manifest));
  const readsNothing = config.plugins.length === 0 && manifest.files.length === 0;
  const isPlain = readsNothing && /\.(?:toml|json)$/u.test(config.file);
  return { file: config.file, directory: config.directory, manifest, isPlain };
}
