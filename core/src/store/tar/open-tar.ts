import { KarapaceError } from '../../errors.ts';
import { compressedFile, type CompressedFile } from './compressed-file.ts';
import { compressionOf } from './compression.ts';
import { BLOCK } from './tar-limits.ts';

/** What comes out may be so many times as large as what went in, once it is more than the allowance. */
const MAX_RATIO = 1000;
/** Bytes. */
const ALLOWANCE = 64 * 1024 ** 2;
/** Bytes of one archive, whatever it was compressed from. */
const MAX_SIZE = 64 * 1024 ** 3;

/**
 * The bytes of a tar archive, decompressed.
 *
 * @param name for messages
 * @throws KarapaceError `ARCHIVE_INVALID` where it is compressed in another way, or damaged, or becomes far larger than it is
 */
export async function* openTar(path: string, name: string): AsyncGenerator<Buffer> {
  const file = compressedFile(path);
  const compression = compressionOf(file.first(BLOCK));
  if (compression === undefined) throw invalid(name, 'it is no tar archive, plain or compressed by gzip, zstd or xz');
  try {
    let size = 0;
    for await (const chunk of compression.decompress(file)) {
      size += chunk.length;
      checkSize(size, file, name);
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalid(name, `what ${compression.format} compressed is damaged, or in a way that is not supported`, error);
  }
}

function checkSize(size: number, { position }: CompressedFile, name: string): void {
  if (size > MAX_SIZE) throw invalid(name, `it holds more than ${MAX_SIZE} bytes`);
  if (size > ALLOWANCE + MAX_RATIO * position) {
    throw invalid(name, `${position} bytes of it become more than ${MAX_RATIO} times as many`);
  }
}

function invalid(name: string, reason: string, cause?: unknown): KarapaceError {
  return new KarapaceError('ARCHIVE_INVALID', `The archive \`${name}\` is refused: ${reason}`, {
    hint: 'Make the archive again, for example with `tar --format=posix -caf rootfs.tar.gz`.',
    cause,
  });
}
