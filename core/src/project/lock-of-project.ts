import path from 'node:path';

import type { LockFile } from '../contracts/lock.ts';
import { parseLock } from '../lock/parse-lock.ts';
import { readProjectLock } from '../store/project-lock.ts';

/** `karapace.toml` and `karapace.config.ts` lock to `karapace.lock`, another manifest to its own name. */
export function lockFileOf(manifest: string): string {
  const { dir, base, name } = path.parse(manifest);
  const isDefault = base === 'package.json' || base.startsWith('karapace.');
  return path.join(dir, isDefault ? 'karapace.lock' : `${name}.lock`);
}

/** The lock in a file; `undefined` where there is none. */
export async function readLock(file: string): Promise<LockFile | undefined> {
  const text = await readProjectLock(file);
  return text === undefined ? undefined : parseLock(text, file);
}
