import { buildChanged, type ChangedRequest } from './build-changed.ts';
import type { BuildResult } from './build-result.ts';
import type { LockFile } from '../contracts/lock.ts';
import { inStage } from '../in-stage.ts';
import type { Instance } from '../instance.ts';
import { loadProject } from './load-project.ts';
import { resolveInside, resolveLock, withLockRequest, type LockOptions } from './lock-project.ts';
import { lockChanges, type LockChange } from '../lock/lock-changes.ts';
import { locateManifest } from '../plugin/load-config.ts';
import { chooseLock } from '../stages/lock.ts';

export interface UpdateOptions extends LockOptions {
  /** The environment is to have it. */
  readonly name?: string | undefined;
  /** Only look. Default false. */
  readonly dryRun?: boolean | undefined;
  /** Asked before anything is changed; `false`: nothing is. */
  readonly approve?: ((changes: readonly LockChange[]) => Promise<boolean>) | undefined;
}

export interface UpdateResult {
  /** Absolute path. */
  readonly manifest: string;
  readonly lockFile: string;
  /** `current`: the lock has what there is. `planned`: it was a dry run. `declined`: it was not approved. */
  readonly status: 'updated' | 'current' | 'planned' | 'declined';
  readonly changes: readonly LockChange[];
  /** `undefined` unless it was updated. */
  readonly build: BuildResult | undefined;
}

/**
 * Resolves a project anew, builds what comes out, and then writes the lock. What the project's environment was called,
 * the new one is called.
 */
export async function updateProject(
  manifest: string | undefined,
  options: UpdateOptions,
  instance: Instance,
): Promise<UpdateResult> {
  const request = await openRequest(manifest, options, instance);
  return withLockRequest(request, async (opened) => {
    const lock = await resolveLock(opened);
    const changes = lockChanges(opened.before, lock);
    const found = { manifest: request.project.file, lockFile: opened.lockFile, changes, build: undefined };
    if (lock.env_id === opened.before?.env_id) return { ...found, status: 'current' };
    if (options.dryRun === true) return { ...found, status: 'planned' };
    if ((await options.approve?.(changes)) === false) return { ...found, status: 'declined' };
    return { ...found, status: 'updated', build: await build(lock, opened, options) };
  });
}

export interface OutdatedResult {
  /** Absolute path. */
  readonly manifest: string;
  readonly lockFile: string;
  /** What would be pinned otherwise today. */
  readonly changes: readonly LockChange[];
}

/**
 * What the lock of a project has, and what there is. Builds and writes nothing but what the lock needs already.
 *
 * @throws KarapaceError `LOCK_MISSING`, `LOCK_STALE`
 */
export async function outdatedProject(
  manifest: string | undefined,
  options: LockOptions,
  instance: Instance,
): Promise<OutdatedResult> {
  const request = await openRequest(manifest, options, instance);
  return withLockRequest(request, async (opened) => {
    const { project, files, before, lockFile } = opened;
    const lock = chooseLock({ manifest: project.manifest, files, lock: before, lockFile, locked: true });
    if (lock === undefined) throw new TypeError('A locked choice is a lock or an error');
    const changes = lockChanges(lock, await resolveInside(lock, opened));
    return { manifest: project.file, lockFile, changes };
  });
}

async function openRequest(manifest: string | undefined, options: LockOptions, instance: Instance) {
  const file = await locateManifest(manifest, options.directory);
  const project = await inStage('init', instance.hooks, () => loadProject(file, instance));
  return { project, options, instance };
}

function build(lock: LockFile, request: ChangedRequest, { name }: UpdateOptions): Promise<BuildResult> {
  return buildChanged(lock, { ...request, isNew: true, takesNames: true, options: { ...request.options, name } });
}
