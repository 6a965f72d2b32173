import { Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';

import type { CompressedFile } from './compressed-file.ts';

/** Fails as the file does, or with a RangeError where the decoder refuses what is in it. */
export type Decompress = (file: CompressedFile) => AsyncIterable<Buffer>;

/** Goes on where one member ends and another begins. */
export const gunzip: Decompress = (file) => through(file.read(0), zlib.createGunzip());

/** Node's decoder ends with a frame, but an archive may have as many as its maker had threads, or files. */
export const unzstd: Decompress = async function* (file) {
  for (let start = 0; start < file.size;) {
    const decoder = zlib.createZstdDecompress();
    yield* through(file.read(start), decoder);
    if (decoder.bytesWritten === 0) throw new RangeError('a frame without an end');
    start += decoder.bytesWritten;
  }
};

/** In WebAssembly: nothing but the decoder is within reach of what is decoded. */
export const unxz: Decompress = async function* (file) {
  const { default: xz } = await import('xz-decompress');
  const input = file.read(0);
  try {
    const output = new xz.XzReadableStream(Readable.toWeb(input) as ReadableStream<Uint8Array>);
    yield* decoded(output as unknown as AsyncIterable<Uint8Array>);
  } finally {
    input.destroy();
  }
};

async function* through(input: Readable, decoder: Transform): AsyncGenerator<Buffer> {
  input.on('error', (error) => decoder.destroy(error));
  try {
    yield* decoded(input.pipe(decoder) as AsyncIterable<Buffer>);
  } finally {
    input.destroy();
  }
}

async function* decoded(output: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of output) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  } catch (error) {
    // The disk's failures come this way as well.
    if (error instanceof Error && 'syscall' in error) throw error;
    throw new RangeError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
