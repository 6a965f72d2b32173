import { contextOf, openTools, resolve, type ChangedRequest } from './build-changed.ts';
import type { LockFile } from '../contracts/lock.ts';
import type { TakenLayer } from '../build/build-layers.ts';
import { inStage } from '../in-stage.ts';
import type { Pinned } from '../lock/lock-changes.ts';
import type { Instance } from '../instance.ts';
import { pinFiles } from './load-project.ts';
import { lockFileOf } from './lock-file-of.ts';
import { readLock } from './lock-of-project.ts';
import { buildBase, checkBase } from '../stages/build.ts';
import type { Project } from '../stages/init.ts';

/** How a lock is made without a build. */
export interface LockOptions {
  /** The caller's directory: where the search for a manifest starts. */
  readonly directory: string;
  /** Open no socket. Default false. */
  readonly offline?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens what resolving needs; what is found or made meanwhile, gc leaves. */
export async function withLockRequest<T>(
  {
    project,
    options,
    instance,
  }: { readonly project: Project; readonly options: LockOptions; readonly instance: Instance },
  action: (request: ChangedRequest) => Promise<T>,
): Promise<T> {
  const store = await instance.store(project.manifest.runtime.backend);
  const files = await pinFiles(project);
  const lockFile = lockFileOf(project.file);
  const { openScheduler } = await import('../build/scheduler.ts');
  const { directory, offline = false, signal } = options;
  await using scheduler = openScheduler({ offline, hooks: instance.hooks });
  return await store.leased(async () => {
    const before = await readLock(lockFile);
    const request = { project, files, instance, store, lockFile, scheduler, before, isNew: false };
    return action({ ...request, options: { directory, offline, signal } });
  });
}

/**
 * What could be had now, without building anything that the store has not: packages are resolved in the base of the lock.
 *
 * @param lock answers the project's manifest
 */
export async function resolveInside(lock: LockFile, request: ChangedRequest): Promise<Pinned> {
  const { project, files, instance } = request;
  const { manifest } = project;
  const [tools, context] = [await openTools(lock, request), contextOf(request)];
  const { resolveStage } = await import('../stages/resolve.ts');
  const base = (): Promise<TakenLayer> => buildBase(lock.base, tools, context);
  const { resolution } = await inStage('resolve', instance.hooks, () =>
    resolveStage({ ...tools, manifest, files, buildBase: base }, context),
  );
  return resolution;
}

/** What the image source and the package manager answer now. */
export async function resolveLock(request: ChangedRequest): Promise<LockFile> {
  const { lock, base } = await resolve(request, await openTools(undefined, request), contextOf(request));
  if (base !== undefined) checkBase(lock.base, base);
  return lock;
}
