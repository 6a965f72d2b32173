import fs from 'node:fs';

import { hasCode } from './system-error.ts';

/**
 * Removes a file, if it is there; gives whether it was. Node's own `rmSync` tells most failures of a disk without their
 * code, so that nobody could say what they mean.
 */
export function removeFile(file: string): boolean {
  try {
    fs.unlinkSync(file);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
