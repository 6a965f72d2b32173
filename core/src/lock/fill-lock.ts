import type { LockFile } from '../contracts/lock.ts';

const NO_FILES: Pick<LockFile, 'files'> = { files: [] };
const NO_LAYERS: Pick<LockFile['intent'], 'env' | 'files' | 'run'> = { env: {}, files: [], run: [] };

/** A whole lock of this version may be older than some of its keys: gives it those, empty. Its identity stays. */
export function fillLock(lock: LockFile): LockFile {
  return { ...NO_FILES, ...lock, intent: { ...NO_LAYERS, ...lock.intent } };
}
