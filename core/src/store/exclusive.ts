import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import type { ExclusiveOptions } from '../contracts/exclusive.ts';
import { noteHolder, readNote, tryFileLock, type FileLock } from './file-lock.ts';
import { describeHolder } from './process-identity.ts';
import { removeFile } from './remove-file.ts';

const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 200;
/** A pause that comes after more than a moment: who waits shorter has nothing to tell. */
const TELLING_PAUSE = 100;

/** Runs the action while no other process, and nobody else in this one, holds the lock of a file. */
export async function withFileLock<T>(
  file: string,
  action: () => Promise<T>,
  options: ExclusiveOptions = {},
): Promise<T> {
  const lock = await holdFileLock(file, options);
  try {
    return await action();
  } finally {
    lock.close();
  }
}

/** As `withFileLock`, for names that come and go: the file is removed afterwards. */
export async function withPassingLock<T>(
  file: string,
  action: () => Promise<T>,
  options: ExclusiveOptions = {},
): Promise<T> {
  return withFileLock(
    file,
    async () => {
      try {
        return await action();
      } finally {
        // While the lock is held, so that nobody can lock a file that is about to go and rely on it.
        removeFile(file);
      }
    },
    options,
  );
}

/** Takes the lock of a file, and says in it who has it. */
export async function holdFileLock(file: string, options: ExclusiveOptions = {}): Promise<FileLock> {
  const lock = await waitForLock(file, options);
  try {
    noteHolder(lock);
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

async function waitForLock(file: string, { onWait, signal }: ExclusiveOptions): Promise<FileLock> {
  let hasTold = false;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    signal?.throwIfAborted();
    const lock = tryFileLock(file);
    if (lock !== undefined) return lock;
    if (!hasTold && pause > TELLING_PAUSE) {
      onWait?.(describeHolder(readNote(file)));
      hasTold = true;
    }
    await setTimeout(pause, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
  }
}

/** A lock's file for any name that a caller chooses. */
export function lockFile(locks: string, name: string): string {
  const file = encodeURIComponent(name);
  if (file === '' || file.startsWith('.') || file.length > 200)
    throw new TypeError(`\`${name}\` is no name for a lock`);
  return path.join(locks, file);
}
