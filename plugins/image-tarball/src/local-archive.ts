import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';

import { KarapaceError } from '@karapace/core';

/** A path of a manifest as the address of a lock: relative paths stay so. */
export function fileUrl(file: string): string {
  const encoded = path.posix.normalize(file).split('/').map(encodeURIComponent).join('/');
  if (encoded.startsWith('/')) return `file://${encoded}`;
  return encoded.startsWith('../') ? `file:${encoded}` : `file:./${encoded}`;
}

/**
 * The path that such an address means.
 *
 * @throws KarapaceError `LOCK_INVALID`
 */
export function pathOfUrl(url: string, directory: string): string {
  try {
    return path.resolve(directory, decodeURIComponent(url.replace(/^file:(?:\/\/)?/u, '')));
  } catch (error) {
    throw new KarapaceError('LOCK_INVALID', `The lock names an archive as \`${url}\`, which is no path`, {
      hint: 'Put the lock back as it was committed, or move it away and run `karapace build`.',
      cause: error,
    });
  }
}

/**
 * Opens a file, and nothing that only looks like one.
 *
 * @throws KarapaceError `IMAGE_UNKNOWN`
 */
export async function openLocalArchive(file: string): Promise<Readable> {
  const handle = await openOrExplain(file);
  if ((await handle.stat()).isFile()) return handle.createReadStream();
  await handle.close();
  throw unreadable(file, 'it is not a file');
}

async function openOrExplain(file: string): Promise<FileHandle> {
  try {
    // Without waiting, for nobody may ever write into a FIFO.
    return await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw unreadable(file, code === 'ENOENT' ? 'there is no such file' : (code ?? message), error);
  }
}

function unreadable(file: string, reason: string, cause?: unknown): KarapaceError {
  return new KarapaceError('IMAGE_UNKNOWN', `The image \`${file}\` cannot be read: ${reason}`, {
    hint: 'Put the archive there, or correct the path in `[base] image`; relative paths start at the manifest.',
    cause,
  });
}
