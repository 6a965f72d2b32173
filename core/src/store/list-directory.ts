import fs from 'node:fs';

import { corruptRecord } from './record-file.ts';
import { hasCode } from './system-error.ts';

/**
 * The names in a directory that a store always has.
 *
 * @throws KarapaceError `STORE_CORRUPT` where it is missing or something else is in its place
 */
export function listStoreDirectory(directory: string): readonly string[] {
  try {
    return fs.readdirSync(directory);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw corruptRecord(directory, 'the directory is missing');
    if (hasCode(error, 'ENOTDIR')) throw corruptRecord(directory, 'it is no directory');
    throw error;
  }
}
