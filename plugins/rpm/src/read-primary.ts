import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { PassThrough, pipeline, type Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { KarapaceError } from '@karapace/core';

/** Bounds of what is read; a package of the largest has a twentieth of the first, a distribution a tenth of the second. */
export interface PrimaryLimits {
  /** Characters of one package. */
  readonly element: number;
  /** Bytes, unpacked. */
  readonly total: number;
}

const LIMITS: PrimaryLimits = { element: 16 * 2 ** 20, total: 4 * 2 ** 30 };

/**
 * Gives the `package` elements of a `primary.xml`, plain or packed with gzip or zstd, one after the other. The file may come
 * out of a sandbox: it is opened without following links and without waiting for a pipe.
 *
 * @throws KarapaceError `MIRROR_FAILED` for a file that is none, is packed in another way, is damaged or is over a limit
 */
export async function* readPrimary(file: string, limits: PrimaryLimits = LIMITS): AsyncGenerator<string> {
  await using handle = await openRegular(file);
  const unpacker = await openUnpacker(handle);
  // An error of either comes out of the second.
  const content = pipeline(handle.createReadStream({ start: 0, autoClose: false }), unpacker, () => {});
  try {
    yield* splitElements(content.setEncoding('utf8'), limits);
  } catch (error) {
    throw error instanceof KarapaceError ? error : unreadable('is damaged', error);
  } finally {
    content.destroy();
  }
}

async function openRegular(file: string): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (cause: unknown) => {
      throw unreadable('is no file', cause);
    },
  );
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw unreadable('is no file');
}

async function openUnpacker(handle: FileHandle): Promise<Transform> {
  const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
  const magic = buffer.toString('hex');
  if (magic.startsWith('1f8b')) return createGunzip();
  if (magic === '28b52ffd') return createZstdDecompress();
  if (magic.startsWith('3c')) return new PassThrough();
  throw unreadable('is packed neither with gzip nor with zstd');
}

const END = '</package>';

async function* splitElements(content: Readable, limits: PrimaryLimits): AsyncGenerator<string> {
  let [rest, total] = ['', 0];
  for await (const chunk of content as AsyncIterable<string>) {
    total += chunk.length;
    // Only what is new can hold the end, but for the piece of it that came before.
    let from = Math.max(0, rest.length - END.length);
    rest += chunk;
    for (let end = rest.indexOf(END, from); end !== -1; end = rest.indexOf(END, from)) {
      const next = end + END.length;
      const start = rest.lastIndexOf('<package ', end);
      if (start !== -1) yield rest.slice(start, next);
      rest = rest.slice(next);
      from = 0;
    }
    if (rest.length > limits.element || total > limits.total) throw unreadable('is larger than any distribution’s');
  }
}

function unreadable(what: string, cause?: unknown): KarapaceError {
  return new KarapaceError('MIRROR_FAILED', `The list of packages of a repository ${what}`, {
    hint: 'Try again later, or disable the repository in the image.',
    cause,
  });
}
