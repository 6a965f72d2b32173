import { Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';

import type { CompressedFile } from './compressed-file.ts';

/** Fails as the file does, or with a RangeError where the decoder refuses what is in it. */
export type Decompress = (file: CompressedFile) => AsyncIterable<Buffer>;

/** Goes on where one member ends and another begins. */
export const gunzip: Decompress = (file) => through(file.read(0), zlib.createGunzip());

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

export async function* through(input: Readable, decoder: Transform): AsyncGenerator<Buffer> {
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
    throw refused(error);
  }
}

/** What a decoder throws; the disk's failures come this way as well. */
export function refused(error: unknown): unknown {
  if (error instanceof Error && 'syscall' in error) return error;
  return new RangeError(error instanceof Error ? error.message : String(error), { cause: error });
}
