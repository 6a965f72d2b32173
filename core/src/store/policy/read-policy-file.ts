import fs from 'node:fs';
import path from 'node:path';

import { KarapaceError } from '../../errors.ts';
import { hasCode } from '../system-error.ts';

/** Bytes. A policy names a few places. */
const MOST_BYTES = 256 * 1024;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * The text of a policy file that nobody else could have written; `undefined` where there is none.
 *
 * @param owners user ids whose word the policy may be
 * @throws KarapaceError `POLICY_INVALID` for one that others may change, that cannot be read, or that is no text
 */
export function readPolicyFile(file: string, owners: readonly number[]): string | undefined {
  try {
    const descriptor = openPolicy(file);
    return descriptor === undefined ? undefined : readOpened(file, descriptor, owners);
  } catch (error) {
    if (error instanceof KarapaceError) throw error;
    throw refused(file, 'cannot be read', { cause: error, hint: 'Make it readable for yourself, or remove it.' });
  }
}

function readOpened(file: string, descriptor: number, owners: readonly number[]): string {
  try {
    checkTrust(file, descriptor, owners);
    return decode(readBounded(descriptor, file), file);
  } finally {
    fs.closeSync(descriptor);
  }
}

function openPolicy(file: string): number | undefined {
  try {
    // A pipe without a writer would block an ordinary open; a terminal must not become ours.
    return fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

function checkTrust(file: string, descriptor: number, owners: readonly number[]): void {
  const [stats, directory] = [fs.fstatSync(descriptor), fs.statSync(path.dirname(file))];
  if (!stats.isFile()) throw refused(file, 'is no file', { hint: 'Put a file in its place, or remove it.' });
  if (!owners.includes(stats.uid)) {
    throw refused(file, `belongs to user ${stats.uid}`, {
      hint: `Give it to its owner: \`chown ${owners[0]} ${file}\`.`,
    });
  }
  if ((stats.mode & WRITABLE_BY_OTHERS) !== 0) {
    throw refused(file, 'may be written by others', { hint: `Run \`chmod go-w ${file}\`.` });
  }
  const isOpen = (directory.mode & WRITABLE_BY_OTHERS) !== 0 && (directory.mode & STICKY) === 0;
  if (!isOpen && [0, ...owners].includes(directory.uid)) return;
  throw refused(file, `may be replaced by others, who may write to its directory`, {
    hint: `Run \`chmod go-w ${path.dirname(file)}\`, and see to whom it belongs.`,
  });
}

function readBounded(descriptor: number, file: string): Buffer {
  const buffer = Buffer.alloc(MOST_BYTES + 1);
  let length = 0;
  for (;;) {
    const count = fs.readSync(descriptor, buffer, length, buffer.length - length, null);
    length += count;
    if (length > MOST_BYTES) throw refused(file, `is larger than ${MOST_BYTES} bytes`, { hint: 'Shorten it.' });
    if (count === 0) return buffer.subarray(0, length);
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refused(file, 'is not text in UTF-8', { cause, hint: 'Save it as UTF-8.' });
  }
}

function refused(file: string, reason: string, details: { hint: string; cause?: unknown }): KarapaceError {
  return new KarapaceError('POLICY_INVALID', `The policy \`${file}\` ${reason}`, { place: { file }, ...details });
}
