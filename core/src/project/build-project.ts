import path from 'node:path';

import type { Scheduler } from '../build/scheduler.ts';
import { buildChanged, type BuildRequest } from './build-changed.ts';
import type { BuildOptions } from './build-options.ts';
import type { BuildResult } from './build-result.ts';
import { checkPinned } from './check-pinned.ts';
import { checkPolicy, type PolicyCase, type PolicyReader } from '../admission/check-policy.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { Store } from '../contracts/store.ts';
import { findBuilt } from './find-built.ts';
import { inStage } from '../in-stage.ts';
import { DEFAULT_BACKEND, type Instance } from '../instance.ts';
import { loadProject, pinFiles } from './load-project.ts';
import { lockFileOf, readLock } from './lock-of-project.ts';
import { locateManifest } from '../plugin/load-config.ts';
import { openImageSource } from '../plugin/open-plugins.ts';
import { recallBuild, rememberBuild } from './recall-build.ts';
import { chooseLock } from '../stages/lock.ts';
import { checkEnvironmentName } from '../store/environment-name.ts';

/** The flow from a manifest to an environment: init, resolve, lock, build; nothing of it where nothing changed. */
export async function buildProject(
  manifest: string | undefined,
  options: BuildOptions,
  instance: Instance,
): Promise<BuildResult> {
  if (options.name !== undefined) checkEnvironmentName(options.name);
  const file = await locateManifest(manifest, options.directory);
  const recalled = await recallProject(file, options, instance);
  if (recalled !== undefined) return recalled;
  const { openScheduler } = await import('../build/scheduler.ts');
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
  if (found !== undefined) await checkPolicy(caseOf(found.environment.lock.intent, file), readerOf(instance, store));
  return found;
}

/** Builds from a manifest whose place is known. */
export async function buildFile(
  file: string,
  options: BuildOptions,
  { instance, scheduler }: { readonly instance: Instance; readonly scheduler: Scheduler },
): Promise<BuildResult> {
  const lockFile = lockFileOf(file);
  const project = await inStage('init', instance.hooks, () => loadProject(file, instance));
  const store = await instance.store(project.manifest.runtime.backend);
  await checkPolicy(caseOf(project.manifest, file), readerOf(instance, store));
  const result = await buildLoaded({ project, options, instance, store, lockFile, scheduler });
  if (project.isPlain) await rememberBuild({ manifest: file, lock: lockFile }, result.environment.env_id, store);
  return result;
}

function caseOf(intent: NormalizedManifest, file: string): PolicyCase {
  return { intent, file, project: path.dirname(file) };
}

function readerOf({ policies }: Instance, { memos }: Store): PolicyReader {
  return { places: policies, memos };
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
