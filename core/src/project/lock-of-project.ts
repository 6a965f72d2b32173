import type { LockFile } from '../contracts/lock.ts';
import { parseLock } from '../lock/parse-lock.ts';
import { readProjectLock } from '../store/project-lock.ts';

/** The lock in a file; `undefined` where there is none. */
export async function readLock(file: string): Promise<LockFile | undefined> {
  const text = await readProjectLock(file);
  return text === undefined ? undefined : parseLock(text, file);
}
