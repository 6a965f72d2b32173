import fs from 'node:fs';
import path from 'node:path';
import { getSystemErrorMessage } from 'node:util';

import type { ObjectId } from '../contracts/ids.ts';
import { BUILD_EPOCH } from '../layers/build-environment.ts';
import { blake3 } from './blake3.ts';
import { copyPieces, writePiece, type ReadPiece } from './copy-hashed.ts';
import { hashFile } from './hash-file.ts';
import { inodeIdentity, type InodeIdentity } from './inode-identity.ts';
import type { StoreLayout } from './store-layout.ts';
import { hasCode } from './system-error.ts';
import { byteString, systemPath } from './system-path.ts';
import type { ByteString } from './tree-entry.ts';
import { uniqueName } from './unique-name.ts';

/** A file whose bytes are to become an object. */
export interface FileToTake {
  readonly location: ByteString;
  /** As it was when it was listed. */
  readonly identity: InodeIdentity;
  readonly size: number;
  readonly sparse: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly metadataClass: string;
}

export interface TakenFile {
  readonly object: ObjectId;
  /** Its bytes are in the intake; otherwise the store had them. */
  readonly staged: boolean;
}

export interface TakePlaces {
  readonly layout: Pick<StoreLayout, 'object'>;
  /** A directory of this transaction, for objects to be. */
  readonly intake: string;
}

/** What is wrong with the file that was to be taken, not with the store. */
export class SourceError extends RangeError {}

// Measured: one read into a kept buffer, hashed and written from there, is the fastest for the sizes that trees are made of.
const AT_ONCE = 1024 * 1024;
const buffer = Buffer.allocUnsafeSlow(AT_ONCE + 1);

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY, O_CREAT, O_EXCL } = fs.constants;

/**
 * Hashes a file, and writes the bytes that were hashed below their name to be, unless the store has them. Of an inode, all
 * but its extended attributes is set. Holds at most 1 MiB of it in memory.
 *
 * @throws SourceError where the file cannot be read or is not as it was when it was listed
 */
export function takeFile(file: FileToTake, places: TakePlaces): TakenFile {
  const from = reading(() => fs.openSync(systemPath(file.location), O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  try {
    const read: ReadPiece = (into, position) => reading(() => fs.readSync(from, into, 0, into.length, position));
    const checkUnchanged = () => {
      const stats = reading(() => fs.fstatSync(from, { bigint: true }));
      if (inodeIdentity(stats) !== file.identity) throw changedError();
    };
    const take = file.size <= AT_ONCE ? takeAtOnce : takeInPieces;
    return take(file, { read, checkUnchanged, ...places });
  } finally {
    fs.closeSync(from);
  }
}

interface Take extends TakePlaces {
  readonly read: ReadPiece;
  readonly checkUnchanged: () => void;
}

function takeAtOnce(file: FileToTake, { read, checkUnchanged, ...places }: Take): TakenFile {
  const { size } = file;
  const count = fill(read, buffer.subarray(0, size + 1));
  checkUnchanged();
  if (count !== size) throw changedError();
  const bytes = buffer.subarray(0, size);
  const object = blake3(bytes).toString('hex') as ObjectId;
  if (isKept(object, file, places)) return { object, staged: false };
  const to = openStaged(stagedObject(places.intake, object, file.metadataClass), file.mode);
  // The same bytes came before, from this thread or another.
  if (to === undefined) return { object, staged: true };
  try {
    writePiece(to, bytes, { position: 0, sparse: file.sparse });
    if (file.sparse) fs.ftruncateSync(to, size);
    dressOpen(to, file);
  } finally {
    fs.closeSync(to);
  }
  return { object, staged: true };
}

/** Whether the store has the bytes. What damage has made of them takes nobody in: the file's own take its place. */
function isKept(object: ObjectId, { size, metadataClass }: FileToTake, { layout }: TakePlaces): boolean {
  const place = layout.object(object, metadataClass);
  if (!fs.existsSync(place)) return false;
  try {
    return hashFile(byteString(place), size) === object;
  } catch (error) {
    if (error instanceof RangeError || hasCode(error, 'ENOENT', 'ELOOP', 'ENXIO')) return false;
    throw error;
  }
}

function fill(read: ReadPiece, into: Buffer): number {
  let total = 0;
  for (;;) {
    const count = total === into.length ? 0 : read(into.subarray(total), total);
    if (count === 0) return total;
    total += count;
  }
}

function takeInPieces(file: FileToTake, { read, checkUnchanged, layout, intake }: Take): TakenFile {
  const temporary = path.join(intake, `large-${uniqueName()}`);
  const to = fs.openSync(temporary, O_WRONLY | O_CREAT | O_EXCL, file.mode & 0o777);
  try {
    const { object, size } = copyPieces(read, to, file.sparse);
    checkUnchanged();
    if (size !== file.size) throw changedError();
    if (isKept(object, file, { layout, intake })) {
      fs.unlinkSync(temporary);
      return { object, staged: false };
    }
    dressOpen(to, file);
    fs.renameSync(temporary, stagedObject(intake, object, file.metadataClass));
    return { object, staged: true };
  } finally {
    fs.closeSync(to);
  }
}

/** Where an object lies until it gets its place. */
export function stagedObject(intake: string, object: ObjectId, metadataClass: string): string {
  return `${intake}/${object}.${metadataClass}`;
}

function openStaged(staged: string, mode: number): number | undefined {
  try {
    return fs.openSync(staged, O_WRONLY | O_CREAT | O_EXCL, mode & 0o777);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return undefined;
    throw error;
  }
}

/** A change of owner, and a write of somebody without privileges on the host, take set-id bits away: they come last. */
function dressOpen(to: number, { mode, uid, gid }: FileToTake): void {
  if (uid !== 0 || gid !== 0) fs.fchownSync(to, uid, gid);
  if (mode > 0o777) fs.fchmodSync(to, mode);
  fs.futimesSync(to, BUILD_EPOCH, BUILD_EPOCH);
}

function reading<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    const number = error instanceof Error && 'errno' in error ? Number(error.errno) : undefined;
    if (number === undefined) throw error;
    throw new SourceError(`it cannot be read (${getSystemErrorMessage(number)})`, { cause: error });
  }
}

function changedError(): SourceError {
  return new SourceError('it changes while it is read');
}
