import zlib from 'node:zlib';

import type { CompressedFile } from './compressed-file.ts';
import { refused, through, type Decompress } from './decompress.ts';
import { BLOCK } from './tar-limits.ts';
import { findZstdFrame, LARGEST_BLOCK } from './zstd-frame.ts';

/** Bytes that are looked through for frames at once. */
const WINDOW = 256 * 1024;
/** A frame of more is decoded as a stream. */
const FEW_BLOCKS = 8;
/** Frames beyond one for each block of what comes out: every one takes its time, and may hold nothing. */
const SPARE_FRAMES = 10_000;

/** Node's decoder ends with a frame, but an archive may have as many as its maker had threads, or it has files. */
export const unzstd: Decompress = async function* (file) {
  const look = frameFinder(file);
  let frames = 0;
  let size = 0;
  for (let start = 0; start < file.size;) {
    frames += 1;
    if (frames > SPARE_FRAMES + size / BLOCK) throw new RangeError('it has too many frames for what is in them');
    const frame = look(start) ?? streamedFrame(file, start);
    for await (const chunk of frame.chunks()) {
      size += chunk.length;
      yield chunk;
    }
    start = frame.end();
  }
};

interface Frame {
  readonly chunks: () => Iterable<Buffer> | AsyncIterable<Buffer>;
  /** Where the next one begins, once all chunks were taken. */
  readonly end: () => number;
}

/** Finds small frames; `undefined` for others. */
function frameFinder(file: CompressedFile): (start: number) => Frame | undefined {
  let window: { readonly start: number; readonly bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };

  function find(start: number): Frame | undefined {
    const bytes = window.bytes.subarray(start - window.start);
    const found = findZstdFrame(bytes);
    if (found === undefined || found.blocks > FEW_BLOCKS) return undefined;
    const { length, blocks } = found;
    return { chunks: () => decodeFrame(bytes.subarray(0, length), blocks), end: () => start + length };
  }

  return (start) => {
    const frame = find(start);
    if (frame !== undefined || window.start === start) return frame;
    window = { start, bytes: file.piece(start, WINDOW) };
    return find(start);
  };
}

/** At once: a stream takes several times as long to begin and end. */
function decodeFrame(bytes: Buffer, blocks: number): readonly Buffer[] {
  if (blocks === 0) return [];
  try {
    return [zlib.zstdDecompressSync(bytes, { maxOutputLength: blocks * LARGEST_BLOCK })];
  } catch (error) {
    throw refused(error);
  }
}

function streamedFrame(file: CompressedFile, start: number): Frame {
  const decoder = zlib.createZstdDecompress();
  return {
    chunks: () => through(file.read(start), decoder),
    end() {
      if (decoder.bytesWritten === 0) throw new RangeError('a frame without an end');
      return start + decoder.bytesWritten;
    },
  };
}
