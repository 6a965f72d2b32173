import type { Scheduler } from '../build/scheduler.ts';
import { buildChanged, type BuildRequest } from './build-changed.ts';
import type { BuildOptions } from './build-options.ts';
import type { BuildResult } from './build-result.ts';
import { checkPinned } from './check-pinned.ts';
import { checkProject } from './check-project.ts';
import { findBuilt } from './find-built.ts';
import { inStage } from '../in-stage.ts';
import type { Instance } from '../instance.ts';
import { loadProject, pinFiles } from './load-project.ts';
import { lockFileOf } from './lock-file-of.ts';
import { readLock } from './lock-of-project.ts';
import { openImageSource } from '../plugin/open-plugins.ts';
import { rememberBuild } from './recall-build.ts';
import { chooseLock } from '../stages/lock.ts';

/** Builds from a manifest whose place is known. */
export async function buildFile(
  file: string,
  options: BuildOptions,
  { instance, scheduler }: { readonly instance: Instance; readonly scheduler: Scheduler },
): Promise<BuildResult> {
  const lockFile = lockFileOf(file);
  const project = await inStage('init', instance.hooks, () => loadProject(file, instance));
  const store = await instance.store(project.manifest.runtime.backend);
  await checkProject({ intent: project.manifest, file }, instance, store);
  const result = await buildLoaded({ project, options, instance, store, lockFile, scheduler });
  if (project.isPlain) await rememberBuild({ manifest: file, lock: lockFile }, result.environment.env_id, store);
  return result;
}

async function buildLoaded(request: BuildRequest): Promise<BuildResult> {
  const { project, options, instance, lockFile, store } = request;
  if (options.requirePinnedImage === true) checkPinned(await openImageSource(instance.hooks, project), project);
  const found = await findLock(lockFile, options);
  const files = await pinFiles(project);
  const lock = chooseLock({ manifest: project.manifest, files, lockFile, ...found });
  const isNew = lock?.env_id !== found.lock?.env_id;
  const changed = { ...request, files, isNew, before: found.lock };
  if (lock === undefined || isNew || options.check === true || options.fresh === true) {
    return buildChanged(lock, changed);
  }
  const { directory } = project;
  const { hooks } = instance;
  const unchanged = await findBuilt(lock.env_id, { directory, name: options.name, store, hooks, lockFile });
  return unchanged ?? buildChanged(lock, changed);
}

async function findLock(file: string, { locked = false }: BuildOptions) {
  const lock = await readLock(file);
  return { lock, locked: locked === 'if-present' ? lock !== undefined : locked };
}
