import fs from 'node:fs';

import type { ObjectId } from '../contracts/ids.ts';
import { blake3Hasher } from './blake3.ts';
import { systemPath } from './system-path.ts';
import type { ByteString } from './tree-entry.ts';

const PIECE = 1024 * 1024;
const BLOCK = 4096;
const piece = Buffer.allocUnsafeSlow(PIECE);
const zeros = Buffer.alloc(BLOCK);

const READ = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

export interface Copied {
  readonly object: ObjectId;
  readonly size: number;
}

/**
 * Copies a file's bytes and hashes exactly those that it writes. Holes stay holes. Holds at most 1 MiB in memory.
 *
 * @param target a path where nothing is; it gets mode 0600
 * @throws RangeError where the source changes meanwhile
 */
export function copyHashed(source: ByteString, target: ByteString): Copied {
  const from = fs.openSync(systemPath(source), READ);
  try {
    const to = fs.openSync(systemPath(target), 'wx', 0o600);
    try {
      return copyUnchanged(from, to);
    } finally {
      fs.closeSync(to);
    }
  } finally {
    fs.closeSync(from);
  }
}

function copyUnchanged(from: number, to: number): Copied {
  const before = fs.fstatSync(from, { bigint: true });
  const read: ReadPiece = (buffer, position) => fs.readSync(from, buffer, 0, buffer.length, position);
  const copied = copyPieces(read, to, isSparse(before));
  const after = fs.fstatSync(from, { bigint: true });
  if (BigInt(copied.size) !== before.size || after.mtimeNs !== before.mtimeNs || after.ctimeNs !== before.ctimeNs) {
    throw new RangeError('it changes while it is read');
  }
  return copied;
}

/** Fills a buffer from a position of a file; gives how many bytes there were. */
export type ReadPiece = (buffer: Buffer, position: number) => number;

/** Whether a file has fewer blocks than its size needs. */
export function isSparse({ blocks, size }: fs.BigIntStats): boolean {
  return blocks * 512n < size;
}

/** Writes what is read, and hashes it, until nothing more comes. */
export function copyPieces(read: ReadPiece, to: number, sparse: boolean): Copied {
  const hasher = blake3Hasher();
  let size = 0;
  for (;;) {
    const count = read(piece, size);
    if (count === 0) break;
    const bytes = piece.subarray(0, count);
    hasher.update(bytes);
    writePiece(to, bytes, { position: size, sparse });
    size += count;
  }
  if (sparse) fs.ftruncateSync(to, size);
  return { object: hasher.digest('hex') as ObjectId, size };
}

export interface PiecePlace {
  readonly position: number;
  /** Blocks of zeros are not written. */
  readonly sparse: boolean;
}

export function writePiece(to: number, bytes: Buffer, { position, sparse }: PiecePlace): void {
  if (!sparse) return writeAll(to, bytes, position);
  for (let start = 0; start < bytes.length; start += BLOCK) {
    const block = bytes.subarray(start, start + BLOCK);
    if (!block.equals(block.length === BLOCK ? zeros : zeros.subarray(0, block.length))) {
      writeAll(to, block, position + start);
    }
  }
}

export function writeAll(to: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += fs.writeSync(to, bytes, done, bytes.length - done, position + done);
  }
}
