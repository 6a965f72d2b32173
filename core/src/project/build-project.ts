import path from 'node:path';

import type { BuildOptions } from './build-options.ts';
import type { BuildResult } from './build-result.ts';
import { checkProject } from './check-project.ts';
import { findBuilt } from './find-built.ts';
import { DEFAULT_BACKEND, type Instance } from '../instance.ts';
import { lockFileOf } from './lock-file-of.ts';
import { locateManifest } from '../plugin/locate-manifest.ts';
import { recallBuild } from './recall-build.ts';
import { checkEnvironmentName } from '../store/environment-name.ts';

/** The flow from a manifest to an environment: init, resolve, lock, build; nothing of it is even loaded where nothing changed. */
export async function buildProject(
  manifest: string | undefined,
  options: BuildOptions,
  instance: Instance,
): Promise<BuildResult> {
  if (options.name !== undefined) checkEnvironmentName(options.name);
  const file = await locateManifest(manifest, options.directory);
  const recalled = await recallProject(file, options, instance);
  if (recalled !== undefined) return recalled;
  const [{ openScheduler }, { buildFile }] = await Promise.all([
    import('../build/scheduler.ts'),
    import('./build-file.ts'),
  ]);
  const { jobs, offline = false } = options;
  await using scheduler = openScheduler({ jobs, offline, hooks: instance.hooks });
  return await buildFile(file, options, { instance, scheduler });
}

/** What the same texts of manifest and lock gave before, if all of it is still there. */
export async function recallProject(
  file: string,
  options: BuildOptions,
  instance: Instance,
): Promise<BuildResult | undefined> {
  if (options.check === true || options.requirePinnedImage === true || options.fresh === true) return undefined;
  const lockFile = lockFileOf(file);
  const store = await instance.store(DEFAULT_BACKEND);
  const identity = await recallBuild({ manifest: file, lock: lockFile }, store);
  if (identity === undefined) return undefined;
  const directory = path.dirname(file);
  const { hooks } = instance;
  const found = await findBuilt(identity, { directory, name: options.name, store, hooks, lockFile });
  // The texts of the project are what they were; what the machine and its user allow may not be.
  if (found !== undefined) await checkProject({ intent: found.environment.lock.intent, file }, instance, store);
  return found;
}
