import fs from 'node:fs';
import path from 'node:path';

import { KarapaceError, type ErrorCode } from '../errors.ts';
import { firstFailure } from '../first-failure.ts';

export interface StoreFailure {
  readonly root: string;
  /** Bytes that the operation was about to write, where they are known. */
  readonly needed?: number | undefined;
}

/**
 * What a failed system call in the store means to a person. Anything that is not about the store's file system comes
 * back as it is.
 */
export function storeError(failure: unknown, { root, needed }: StoreFailure): unknown {
  const error = firstFailure(failure);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return fullError(error, { root, needed });
    case 'EROFS':
      return refused('STORE_UNWRITABLE', `The store \`${root}\` is on a read-only file system`, error);
    case 'EACCES':
    case 'EPERM':
      return refused('STORE_UNWRITABLE', `The store \`${root}\` may not be changed: ${text(error)}`, error);
    case 'EIO':
      return refused('STORE_UNREADABLE', `The disk under the store \`${root}\` fails: ${text(error)}`, error);
    case 'EMFILE':
    case 'ENFILE':
      return new KarapaceError('STORE_UNREADABLE', `Too many files are open to use the store \`${root}\``, {
        hint: 'Raise the limit with `ulimit -n`, or close some programs.',
        cause: error,
      });
    default:
      return error;
  }
}

function refused(code: ErrorCode, message: string, cause: unknown): KarapaceError {
  return new KarapaceError(code, message, {
    hint: 'Run `karapace doctor`, or choose another place with `--store`.',
    cause,
  });
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fullError(cause: unknown, { root, needed }: StoreFailure): KarapaceError {
  const need = needed === undefined ? '' : `${needed} bytes are needed, `;
  return new KarapaceError('STORE_FULL', `The store \`${root}\` has no room left: ${need}${freeRoom(root, cause)}`, {
    hint: 'Free some space, or choose another place with `--store`.',
    cause,
  });
}

function freeRoom(root: string, cause: unknown): string {
  const { bavail, bsize, files, ffree } = fs.statfsSync(fs.existsSync(root) ? root : path.dirname(root));
  const room = `${bavail * bsize} bytes`;
  const inodes = files === 0 ? '' : ` and ${ffree} inodes`;
  const quota =
    cause instanceof Error && 'code' in cause && cause.code === 'EDQUOT'
      ? ' on the disk, and your quota is used up'
      : '';
  return `${room}${inodes} are free${quota}`;
}

/** Runs an action of the store; its failures come out as errors that people understand. */
export async function inStore<T>(failure: StoreFailure, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw storeError(error, failure);
  }
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
