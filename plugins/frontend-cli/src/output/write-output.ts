import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Context } from '../context.ts';
import { fail } from '../fail.ts';
import { escapeField } from './escape-controls.ts';

export interface FileContent {
  readonly text: string;
  /** For messages: `The picture`. */
  readonly subject: string;
  /** May be run. Default: may not. */
  readonly isProgram?: boolean;
}

/**
 * Writes what a person asked to have in a file.
 *
 * @throws KarapaceError `OUTPUT_FAILED`
 */
export async function writeOutput(name: string, content: FileContent, { directory }: Context): Promise<void> {
  const file = path.resolve(directory, name);
  try {
    await writeFile(file, content.text);
    if (content.isProgram === true) await chmod(file, 0o755);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    await fail('OUTPUT_FAILED', `${content.subject} cannot be written to \`${escapeField(file)}\``, {
      hint: 'Give a file in a directory that you may write to, on a disk that has room.',
      cause: message,
    });
  }
}
