import { constants } from 'node:fs';
import { access, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

import { KarapaceError } from '../errors.ts';
import { replaceFile } from './replace-file.ts';

export interface ManifestRewrite {
  /** What the file had when it was looked at, without a byte order mark. */
  readonly before: string;
  readonly after: string;
  /** Throws where the file of this name, which has the new text, is not what was meant. */
  readonly check: (temporary: string) => Promise<void>;
}

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * Replaces the text of a manifest as a whole; behind a link, that of the file it leads to. Mode, owner and byte order mark stay.
 *
 * @throws KarapaceError `MANIFEST_UNWRITABLE`, also where the file is read-only or was changed meanwhile
 */
export async function rewriteManifest(file: string, { before, after, check }: ManifestRewrite): Promise<void> {
  try {
    const real = await realpath(file);
    const like = await stat(real);
    // Another file could take the place of one that may not be written to; whoever made it so meant it.
    if ((like.mode & 0o222) === 0) throw new Error('it is read-only');
    await access(real, constants.W_OK);
    const mark = await markOf(real);
    await replaceFile(real, Buffer.concat([mark, Buffer.from(after)]), {
      like,
      suffix: path.extname(real),
      check: async (temporary) => {
        await check(temporary);
        if (!(await readFile(real)).equals(Buffer.concat([mark, Buffer.from(before)]))) throw changedMeanwhile(file);
      },
    });
  } catch (error) {
    if (error instanceof KarapaceError) throw error;
    throw new KarapaceError('MANIFEST_UNWRITABLE', `The manifest cannot be written: ${(error as Error).message}`, {
      hint: 'Make the file and its directory writable, and try again.',
      place: { file },
      cause: error,
    });
  }
}

function changedMeanwhile(file: string): KarapaceError {
  return new KarapaceError('MANIFEST_UNWRITABLE', 'The manifest cannot be written: somebody changed it meanwhile', {
    hint: 'Run the command again: it starts from what the manifest has now.',
    place: { file },
  });
}

async function markOf(file: string): Promise<Buffer> {
  return (await readFile(file)).subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? BYTE_ORDER_MARK
    : Buffer.alloc(0);
}
