import { buildChanged, type ChangedRequest } from './build-changed.ts';
import type { BuildResult } from './build-result.ts';
import type { LockFile } from '../contracts/lock.ts';
import { inStage } from '../in-stage.ts';
import type { Instance } from '../instance.ts';
import { loadProject } from './load-project.ts';
import { resolveInside, resolveLock, withLockRequest, type LockOptions } from './lock-project.ts';
import { lockChanges, type LockChange } from '../lock/lock-changes.ts';
import { locateManifest } from '../plugin/locate-manifest.ts';
import { lockInForce, upgradeLock } from './upgrade-lock.ts';

export interface OutdatedOptions extends LockOptions {
  /** Only these packages of the lock, and what they then need. Default: everything, the image too. */
  readonly packages?: readonly string[] | undefined;
}

export interface UpdateOptions extends OutdatedOptions {
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
 * Resolves a project anew, or some of its packages, builds what comes out, and then writes the lock. What the project's
 * environment was called, the new one is called.
 */
export async function updateProject(
  manifest: string | undefined,
  options: UpdateOptions,
  instance: Instance,
): Promise<UpdateResult> {
  const request = await openRequest(manifest, options, instance);
  return withLockRequest(request, async (opened) => {
    const { packages = [] } = options;
    const lock = packages.length === 0 ? await resolveLock(opened) : await upgradeLock(packages, opened);
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
 * What the lock of a project has, and what `updateProject` would make of it. Builds and writes nothing but what the lock
 * needs already.
 *
 * @throws KarapaceError `LOCK_MISSING`, `LOCK_STALE`; `PACKAGE_UNKNOWN` for what the lock does not have
 */
export async function outdatedProject(
  manifest: string | undefined,
  options: OutdatedOptions,
  instance: Instance,
): Promise<OutdatedResult> {
  const request = await openRequest(manifest, options, instance);
  return withLockRequest(request, async (opened) => {
    const { project, lockFile } = opened;
    const { packages = [] } = options;
    const lock = lockInForce(opened);
    const now = packages.length === 0 ? await resolveInside(lock, opened) : await upgradeLock(packages, opened);
    return { manifest: project.file, lockFile, changes: lockChanges(lock, now) };
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
