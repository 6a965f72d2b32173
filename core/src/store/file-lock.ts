import fs from 'node:fs';
import { createRequire } from 'node:module';

import { ownIdentity } from './process-identity.ts';
import { readStoreFile } from './read-store-file.ts';
import { corruptRecord } from './record-file.ts';
import { hasCode } from './system-error.ts';

// The package has no types. It sets open file description locks: freed by the kernel when the last descriptor of the
// opened file is gone, exclusive between two openings in one process too.
interface FileLocks {
  /** Throws `EAGAIN` where somebody else has it. A length of 0 is the whole file. */
  tryLock(descriptor: number, offset: number, length: number, exclusive: boolean): void;
}

// The binding itself: the package's own search for it loads a dozen files, in every start of the program.
const BINDING = `fs-native-extensions/prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`;

const require = createRequire(import.meta.url);
let locks: FileLocks | undefined;

function tryLock(descriptor: number, kind: 'exclusive' | 'shared'): boolean {
  locks ??= require(BINDING) as FileLocks;
  try {
    locks.tryLock(descriptor, 0, 0, kind === 'exclusive');
    return true;
  } catch (error) {
    if (hasCode(error, 'EAGAIN')) return false;
    throw error;
  }
}

/** A lock held by this process until it is closed. */
export interface FileLock {
  readonly descriptor: number;
  /** Lets others hold it in the same way; nobody can have it alone in between. */
  share(): void;
  close(): void;
}

const FLAGS = fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW;

/** Takes the lock of a file, which is made if need be, unless somebody has it. */
export function tryFileLock(file: string): FileLock | undefined {
  return openLock(file, 'exclusive');
}

/** As `tryFileLock`, but others may hold it in the same way. */
export function trySharedLock(file: string): FileLock | undefined {
  return openLock(file, 'shared');
}

function openLock(file: string, kind: 'exclusive' | 'shared'): FileLock | undefined {
  const descriptor = openFile(file, FLAGS);
  let isHeld = false;
  try {
    isHeld = tryLock(descriptor, kind) && isStillNamed(descriptor, file);
  } finally {
    if (!isHeld) fs.closeSync(descriptor);
  }
  if (!isHeld) return undefined;
  return {
    descriptor,
    share: () => void tryLock(descriptor, 'shared'),
    close: () => fs.closeSync(descriptor),
  };
}

/** @throws KarapaceError `STORE_CORRUPT` where something else is in its place */
function openFile(file: string, flags: number): number {
  try {
    return fs.openSync(file, flags, 0o600);
  } catch (error) {
    if (hasCode(error, 'EISDIR', 'ELOOP', 'ENXIO', 'ENOTDIR')) throw corruptRecord(file, 'it is not a file');
    throw error;
  }
}

/** Who removes a lock's file does so while holding it, so a lock on a removed file is worth nothing. */
function isStillNamed(descriptor: number, file: string): boolean {
  try {
    return fs.statSync(file, { bigint: true }).ino === fs.fstatSync(descriptor, { bigint: true }).ino;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Whether somebody holds the lock of a file now, alone. Makes no file. */
export function isFileLocked(file: string): boolean {
  return isRefused(file, 'shared');
}

/** Whether somebody holds the lock of a file now, alone or with others. Makes no file. */
export function isFileShared(file: string): boolean {
  return isRefused(file, 'exclusive');
}

function isRefused(file: string, kind: 'exclusive' | 'shared'): boolean {
  let descriptor: number;
  try {
    descriptor = openFile(file, fs.constants.O_RDWR | fs.constants.O_NOFOLLOW);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
  try {
    return !tryLock(descriptor, kind);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Says in a lock's file who holds it: for messages, nothing relies on it. */
export function noteHolder({ descriptor }: FileLock): void {
  const note = Buffer.from(JSON.stringify(ownIdentity()));
  try {
    fs.ftruncateSync(descriptor);
    fs.writeSync(descriptor, note, 0, note.length, 0);
  } catch (error) {
    // What frees space must work on a full disk too, with a holder that cannot be named.
    if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error;
  }
}

/** What a small file says, or `undefined` where there is no such file. */
export function readNote(file: string): string | undefined {
  const found = readStoreFile(file);
  return typeof found === 'string' ? undefined : found.bytes.toString('utf8');
}
