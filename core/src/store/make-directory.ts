import fs from 'node:fs';
import path from 'node:path';

import { hasCode } from './system-error.ts';

/**
 * Makes a directory, and those above it, unless it is there; gives whether it was not. Node's own way to make parents says
 * that there is no such file, whatever the disk said.
 */
export function makeDirectory(directory: string, mode = 0o777): boolean {
  try {
    return makeUnlessThere(directory, mode);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    makeDirectory(path.dirname(directory), mode);
    return makeUnlessThere(directory, mode);
  }
}

function makeUnlessThere(directory: string, mode: number): boolean {
  try {
    fs.mkdirSync(directory, mode);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}
