import fs from 'node:fs';
import type { Readable } from 'node:stream';

const PIECE = 128 * 1024;
const READ = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW;

/** A file that is read from its start to its end, some of it again. */
export interface CompressedFile {
  /** Bytes. */
  readonly size: number;
  /** Its first bytes, at most so many. */
  first(count: number): Buffer;
  /** The bytes from an offset on, at most so many. */
  piece(start: number, count: number): Buffer;
  /** The bytes from an offset on. One reader at a time. */
  read(start: number): Readable;
  /** How far it was read. */
  readonly position: number;
}

export function compressedFile(file: string): CompressedFile {
  const { size } = fs.lstatSync(file);
  let position = (): number => 0;
  return {
    size,
    first: (count) => readPiece(file, 0, Math.min(count, size)),
    piece(start, count) {
      const bytes = readPiece(file, start, Math.min(count, size - start));
      position = () => start + bytes.length;
      return bytes;
    },
    read(start) {
      // Its type knows no flags but words.
      const flags = READ as unknown as string;
      const stream = fs.createReadStream(file, { flags, start, highWaterMark: PIECE });
      position = () => start + stream.bytesRead;
      return stream;
    },
    get position() {
      return position();
    },
  };
}

function readPiece(file: string, start: number, count: number): Buffer {
  const descriptor = fs.openSync(file, READ);
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, fs.readSync(descriptor, bytes, 0, count, start));
  } finally {
    fs.closeSync(descriptor);
  }
}
