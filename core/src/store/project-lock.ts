import fs, { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';

import { KarapaceError } from '../errors.ts';
import { replaceFile } from './replace-file.ts';
import { hasCode } from './system-error.ts';

/** The text of a project's lock; `undefined` where there is none. */
export async function readProjectLock(file: string): Promise<string | undefined> {
  try {
    return readRegular(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new KarapaceError('LOCK_INVALID', `The lock \`${file}\` cannot be read: ${(error as Error).message}`, {
      hint: 'Make it a file that you can read, or move it away and run `karapace build`.',
      cause: error,
    });
  }
}

function readRegular(file: string): string {
  // A pipe in the place of a lock would be waited for without end.
  const descriptor = fs.openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fs.fstatSync(descriptor).isFile()) throw new Error('it is not a file');
    return fs.readFileSync(descriptor, 'utf8');
  } finally {
    fs.closeSync(descriptor);
  }
}

/** The files in a directory that may be locks; none where it is gone. */
export async function listProjectLocks(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory);
    return names.filter((name) => name.endsWith('.lock')).map((name) => path.join(directory, name));
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw new KarapaceError(
      'LOCK_INVALID',
      `The locks in \`${directory}\` cannot be read: ${(error as Error).message}`,
      {
        hint: 'Make it a directory that you can read.',
        cause: error,
      },
    );
  }
}

/**
 * Sees beforehand whether a project's lock could be written.
 *
 * @throws KarapaceError `LOCK_UNWRITABLE`
 */
export async function checkLockWritable(file: string): Promise<void> {
  try {
    await access(path.dirname(file), constants.W_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/**
 * Replaces a project's lock as a whole; it is on the disk when this resolves.
 *
 * @throws KarapaceError `LOCK_UNWRITABLE`
 */
export async function writeProjectLock(file: string, text: string): Promise<void> {
  try {
    await replaceFile(file, text);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, cause: unknown): KarapaceError {
  return new KarapaceError('LOCK_UNWRITABLE', `The lock \`${file}\` cannot be written: ${(cause as Error).message}`, {
    hint: 'Make its directory writable, or build with `--locked` from a lock that fits.',
    cause,
  });
}
