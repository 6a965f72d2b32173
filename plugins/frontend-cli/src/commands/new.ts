import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Action } from '../arguments/verb.ts';
import { fail } from '../fail.ts';
import { findTemplate, TEMPLATE_NAMES } from '../manifest-templates.ts';
import { JSON_FORMAT } from '../output/output.ts';

/** `karapace new <name>`. */
export const newManifest: Action = async ({ operands: [name = ''], options }, { output, directory }) => {
  const { checkEnvironmentName, listManifests } = await import('@karapace/core');
  checkEnvironmentName(name);
  const template = typeof options['template'] === 'string' ? options['template'] : 'minimal';
  const content = findTemplate(template, name);
  if (content === undefined) {
    const known = TEMPLATE_NAMES.map((known) => `\`${known}\``).join(', ');
    return fail('USAGE', `There is no template \`${template}\``, {
      hint: `Use one of ${known}: \`karapace new ${name} --template dev\`.`,
    });
  }
  const file = path.join(directory, 'karapace.toml');
  const force = options['force'] === true;
  const other = force ? undefined : (await listManifests(directory)).find((found) => found !== 'karapace.toml');
  if (other !== undefined) await refuseSecond(path.join(directory, other), name);
  await write(file, content, force);
  if (output.json) output.printJson({ format: JSON_FORMAT, name, template, manifest: file });
  else output.print(`Wrote karapace.toml from the template \`${template}\`.\nNext: karapace build --name ${name}`);
  return 0;
};

/** Two manifests in one directory are an error of `build`. */
async function refuseSecond(file: string, name: string): Promise<never> {
  return fail('MANIFEST_EXISTS', 'This directory has another manifest already', {
    hint: `Edit it, or use a directory of its own: \`mkdir ${name} && cd ${name} && karapace new ${name}\`.`,
    place: { file },
  });
}

async function write(file: string, content: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, content, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const isThere = code === 'EEXIST';
    await fail(
      isThere ? 'MANIFEST_EXISTS' : 'MANIFEST_UNWRITABLE',
      isThere ? 'A manifest is here already' : 'The manifest cannot be written',
      {
        hint: isThere
          ? 'Edit it, or overwrite it: add `--force`.'
          : 'Make the directory writable, or go to another one, and try again.',
        place: { file },
        ...(isThere ? {} : { cause: message }),
      },
    );
  }
}
