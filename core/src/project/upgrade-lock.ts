import { contextOf, openTools, type ChangedRequest } from './build-changed.ts';
import type { LockFile } from '../contracts/lock.ts';
import { KarapaceError } from '../errors.ts';
import { inStage } from '../in-stage.ts';
import { createLock } from '../lock/create-lock.ts';
import { replacePackages } from '../lock/replace-packages.ts';
import { planUpgrade } from './plan-upgrade.ts';
import { chooseLock } from '../stages/lock.ts';

/**
 * The lock of a project.
 *
 * @throws KarapaceError `LOCK_MISSING`, and `LOCK_STALE` where it does not answer the manifest
 */
export function lockInForce({ project: { manifest }, files, before, lockFile }: ChangedRequest): LockFile {
  if (before === undefined) {
    throw new KarapaceError('LOCK_MISSING', `There is no \`${lockFile}\` yet`, {
      hint: 'Run `karapace build`, which writes it.',
    });
  }
  const lock = chooseLock({ manifest, files, lock: before, lockFile, locked: true });
  if (lock === undefined) throw new TypeError('A locked choice is a lock or an error');
  return lock;
}

/**
 * The lock with some packages as new as they can be had, and with what they then need; all else stays as it is pinned. They
 * are looked for where everything that the lock pins is installed, so that the image's tool itself keeps the others.
 *
 * @throws KarapaceError `PACKAGE_UNKNOWN` for what the lock does not have; `LOCK_MISSING`, `LOCK_STALE`
 */
export async function upgradeLock(names: readonly string[], request: ChangedRequest): Promise<LockFile> {
  const { hooks } = request.instance;
  const lock = lockInForce(request);
  const words = planUpgrade(names, lock);
  const [tools, context] = [await openTools(lock, request), contextOf(request)];
  const [{ buildStage }, { upgradeStage }] = await Promise.all([
    import('../stages/build.ts'),
    import('../stages/resolve.ts'),
  ]);
  const { layers } = await inStage('build', hooks, () => buildStage(packagesAlone(lock), tools, context));
  const input = { ...tools, reference: lock.base.reference, layers, packages: words };
  const upgraded = await inStage('resolve', hooks, () => upgradeStage(input, context));
  const { base, files } = lock;
  const packages = replacePackages(lock.packages, upgraded);
  return createLock({ base, packages, files, ids: lock.ids }, lock.intent, lock);
}

/** Its layers are the base and the packages. */
function packagesAlone(lock: LockFile): LockFile {
  return { ...lock, files: [], intent: { ...lock.intent, files: [], run: [] } };
}
