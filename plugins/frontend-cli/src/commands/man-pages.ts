import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { Action } from '../arguments/verb.ts';
import { fail } from '../fail.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { manualPages } from '../man-page.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatCount } from '../output/format-quantity.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { writeOutput } from '../output/write-output.ts';
import { VERBS } from '../verbs.ts';
import { version } from '../version.ts';

/** `karapace man-pages [dir]`. */
export const manPages: Action = async ({ operands: [name = 'man'] }, context) => {
  const directory = path.resolve(context.directory, name);
  await makeDirectory(directory);
  const pages = manualPages({ verbs: VERBS, globals: GLOBAL_OPTIONS, version: version() });
  const files = pages.map(({ file }) => path.join(directory, file));
  for (const { file, text } of pages)
    await writeOutput(path.join(directory, file), { text, subject: 'The page' }, context);
  const { output } = context;
  if (output.json) output.printJson({ format: JSON_FORMAT, directory, files });
  else {
    output.print(`Wrote ${formatCount(files.length, 'page')} to ${escapeField(directory)}.`);
    output.note(`Read one: man ${escapeField(path.join(directory, 'karapace.1'))}`);
  }
  return 0;
};

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    await fail('OUTPUT_FAILED', `The directory \`${escapeField(directory)}\` cannot be made`, {
      hint: 'Name one in a place where you may write: `karapace man-pages <dir>`.',
      cause: error,
    });
  }
}
