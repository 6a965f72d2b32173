import fs from 'node:fs';

import { systemPath } from '../system-path.ts';
import type { ByteString } from '../tree-entry.ts';
import type { ByteSource } from './byte-source.ts';
import type { SparsePart } from './sparse-parts.ts';

const FLAGS = fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL | fs.constants.O_NOFOLLOW;
const PAGE = 4096;
const zeros = Buffer.alloc(PAGE);

/**
 * Makes a file, mode 0600, of bytes that it takes from an archive. Pages of zeros become holes.
 *
 * @throws RangeError where the archive ends before
 */
export function unpackFile(
  location: ByteString,
  size: number,
  { source, parts }: { readonly source: ByteSource; readonly parts: readonly SparsePart[] },
): void {
  const descriptor = fs.openSync(systemPath(location), FLAGS, 0o600);
  try {
    for (const part of parts) unpackPart(descriptor, part, source);
    fs.ftruncateSync(descriptor, size);
  } finally {
    fs.closeSync(descriptor);
  }
}

function unpackPart(descriptor: number, part: SparsePart, source: ByteSource): void {
  for (let done = 0; done < part.size;) {
    const bytes = source.takeSome(part.size - done);
    if (bytes.length === 0) throw new RangeError('the archive is cut');
    writeSparsely(descriptor, bytes, part.offset + done);
    done += bytes.length;
  }
}

/** Writes runs of pages that are not zero, each run at once. */
function writeSparsely(descriptor: number, bytes: Buffer, position: number): void {
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + PAGE - ((position + at) % PAGE));
    if (isZero(bytes.subarray(at, end))) {
      writeAll(descriptor, bytes.subarray(start, at), position + start);
      start = end;
    }
    at = end;
  }
  writeAll(descriptor, bytes.subarray(start), position + start);
}

function isZero(bytes: Buffer): boolean {
  return bytes.equals(zeros.subarray(0, bytes.length));
}

function writeAll(descriptor: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += fs.writeSync(descriptor, bytes, done, bytes.length - done, position + done);
  }
}
