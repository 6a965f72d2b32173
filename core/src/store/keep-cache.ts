import { removeFile } from './remove-file.ts';
import { hasCode } from './system-error.ts';

/**
 * Writes a cache. A full disk, or something else in the cache's place, must not fail what is done without it.
 *
 * @param temporary what is removed then
 */
export function keepCache(temporary: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!hasCode(error, 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EISDIR')) throw error;
    removeFile(temporary);
  }
}
