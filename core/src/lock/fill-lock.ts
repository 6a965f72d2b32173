import type { LockedPackage, LockFile } from '../contracts/lock.ts';
import { NO_LIMITS } from '../manifest/limit-names.ts';

const NO_FILES: Pick<LockFile, 'files'> = { files: [] };
const FIRST_LAYER: Pick<LockedPackage, 'layer'> = { layer: 0 };
const NO_LAYERS: Pick<LockFile['intent'], 'env' | 'files' | 'run' | 'policy'> = {
  env: {},
  files: [],
  run: [],
  policy: null,
};

/** A whole lock of this version may be older than some of its keys: gives it those, empty. Its identity stays. */
export function fillLock(lock: LockFile): LockFile {
  const packages = lock.packages.map((pin) => ({ ...FIRST_LAYER, ...pin }));
  const { runtime } = lock.intent;
  const resource_limits = { ...NO_LIMITS, ...runtime.resource_limits };
  const intent = { ...NO_LAYERS, ...lock.intent, runtime: { ...runtime, resource_limits } };
  return { ...NO_FILES, ...lock, packages, intent };
}
