import { Blake3Hasher } from '@napi-rs/blake-hash';
import fs from 'node:fs';

import type { ObjectId } from '../contracts/ids.ts';
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
      return copyOpen(from, to);
    } finally {
      fs.closeSync(to);
    }
  } finally {
    fs.closeSync(from);
  }
}

function copyOpen(from: number, to: number): Copied {
  const before = fs.fstatSync(from, { bigint: true });
  const hasHoles = before.blocks * 512n < before.size;
  const hasher = new Blake3Hasher();
  let size = 0;
  for (;;) {
    const count = fs.readSync(from, piece, 0, PIECE, size);
    if (count === 0) break;
    const bytes = piece.subarray(0, count);
    hasher.update(bytes);
    if (hasHoles) writeSparsely(to, bytes, size);
    else writeAll(to, bytes, size);
    size += count;
  }
  if (hasHoles) fs.ftruncateSync(to, size);
  const after = fs.fstatSync(from, { bigint: true });
  if (BigInt(size) !== before.size || after.mtimeNs !== before.mtimeNs || after.ctimeNs !== before.ctimeNs) {
    throw new RangeError('it changes while it is read');
  }
  return { object: hasher.digest('hex') as ObjectId, size };
}

function writeSparsely(to: number, bytes: Buffer, position: number): void {
  for (let start = 0; start < bytes.length; start += BLOCK) {
    const block = bytes.subarray(start, start + BLOCK);
    if (!block.equals(block.length === BLOCK ? zeros : zeros.subarray(0, block.length))) {
      writeAll(to, block, position + start);
    }
  }
}

function writeAll(to: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += fs.writeSync(to, bytes, done, bytes.length - done, position + done);
  }
}
