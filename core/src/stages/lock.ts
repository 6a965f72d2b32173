import type { FilesPin, LockFile, Resolution } from '../contracts/lock.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import { KarapaceError } from '../errors.ts';
import { createLock } from '../lock/create-lock.ts';
import { pinnedReference } from '../lock/pinned-reference.ts';
import { lockDifferences, type LockDifference } from '../lock/lock-differences.ts';

export interface LockInput {
  readonly manifest: NormalizedManifest;
  /** What the project's lock was. */
  readonly before: LockFile | undefined;
}

/** Writes down what was resolved, and gives it its identity. Pure. */
export function lockStage(resolution: Resolution, { manifest, before }: LockInput): LockFile {
  return createLock(resolution, manifest, before);
}

export interface LockChoice {
  readonly manifest: NormalizedManifest;
  /** What the manifest's `files` are now. */
  readonly files: readonly FilesPin[];
  readonly lock: LockFile | undefined;
  readonly lockFile: string;
  /** Never resolve again. */
  readonly locked: boolean;
}

/**
 * The lock to build from; `undefined` where the manifest has to be resolved again. Where nothing changed that resolving
 * would answer, what was pinned stays pinned, in a new lock. Pure.
 *
 * @throws KarapaceError `LOCK_MISSING`, `LOCK_STALE` with every field that differs, when `locked`
 */
export function chooseLock({ manifest, files, lock, lockFile, locked }: LockChoice): LockFile | undefined {
  if (lock === undefined) {
    if (!locked) return undefined;
    throw new KarapaceError('LOCK_MISSING', `There is no \`${lockFile}\`, and a locked build may not resolve`, {
      hint: 'Run `karapace build --no-locked` once and commit the lock it writes.',
    });
  }
  const differences = lockDifferences(lock, { manifest, files });
  if (differences.length === 0) return lock;
  if (locked) throw stale(lockFile, differences);
  const { packages, ids } = lock;
  const base = { ...lock.base, reference: manifest.base.image };
  const isPinned = manifest.base.image === pinnedReference(lock.base);
  const isAsked = differences.some(({ field }) => RESOLVED.has(field) || (field === 'base.image' && !isPinned));
  return isAsked ? undefined : createLock({ base, packages, files, ids }, manifest, lock);
}

/** For these an image source or a package manager has to be asked. */
const RESOLVED = new Set(['system.packages', 'gui.apps', 'runtime.backend']);

function stale(lockFile: string, differences: readonly LockDifference[]): KarapaceError {
  const lines = differences.map(({ field, lock: was, manifest: is }) => `${field}: locked ${was}, manifest ${is}`);
  return new KarapaceError('LOCK_STALE', `\`${lockFile}\` no longer answers the manifest`, {
    hint: 'Run `karapace build --no-locked`, and commit the new lock.',
    place: { file: lockFile },
    cause: new Error(lines.join('\n')),
  });
}
