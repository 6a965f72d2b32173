import fs from 'node:fs';
import path from 'node:path';

import { KarapaceError } from '../errors.ts';
import { STORE_DIRECTORIES } from './store-layout.ts';
import { hasCode } from './system-error.ts';

const GROUP_OR_OTHERS_WRITE = 0o022;

/**
 * Looks whether a directory may be used as a store, without changing anything.
 *
 * @returns whether it exists
 * @throws KarapaceError `STORE_FOREIGN` where others own or may change it, `STORE_UNREADABLE`, `STORE_UNWRITABLE`
 */
export function checkRoot(root: string): boolean {
  const stats = statOf(root);
  if (stats === undefined) return false;
  if (stats.isSymbolicLink()) throw foreign(root, 'is a symbolic link', 'Name the directory itself with `--store`.');
  if (!stats.isDirectory()) throw notDirectory(root);
  checkOwner(root, stats);
  if ((stats.mode & GROUP_OR_OTHERS_WRITE) !== 0) {
    throw foreign(root, 'may be written to by others', `Run \`chmod go-w '${root}'\` if you trust what is in it.`);
  }
  STORE_DIRECTORIES.forEach((name) => checkDirectory(path.join(root, name)));
  return true;
}

function checkDirectory(directory: string): void {
  const stats = statOf(directory);
  if (stats === undefined) return;
  if (stats.isSymbolicLink()) throw foreign(directory, 'is a symbolic link', 'Name another place with `--store`.');
  if (!stats.isDirectory()) throw notDirectory(directory);
  checkOwner(directory, stats);
}

function checkOwner(directory: string, { uid }: fs.Stats): void {
  if (uid === process.geteuid?.()) return;
  throw foreign(
    directory,
    `belongs to the user ${uid}`,
    'Run this as that user, or choose another place with `--store`.',
  );
}

function statOf(file: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (hasCode(error, 'ENOTDIR')) throw notDirectory(path.dirname(file), error);
    if (hasCode(error, 'EACCES')) throw unreadable(file, error);
    throw error;
  }
}

function foreign(directory: string, reason: string, hint: string): KarapaceError {
  return new KarapaceError('STORE_FOREIGN', `The store directory \`${directory}\` ${reason}`, { hint });
}

function notDirectory(place: string, cause?: unknown): KarapaceError {
  return new KarapaceError('STORE_UNWRITABLE', `\`${place}\` is not a directory, so it cannot hold a store`, {
    hint: 'Choose another place with `--store`.',
    cause,
  });
}

export function unreadable(place: string, cause: unknown): KarapaceError {
  return new KarapaceError('STORE_UNREADABLE', `The store \`${place}\` cannot be read`, {
    hint: 'Look at its permissions, or choose another place with `--store`.',
    cause,
  });
}

export function unwritable(place: string, cause: unknown): KarapaceError {
  return new KarapaceError('STORE_UNWRITABLE', `The directory \`${place}\` cannot be made`, {
    hint: 'Choose another place with `--store`.',
    cause,
  });
}
