import { randomUUID } from 'node:crypto';
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Action } from '../arguments/verb.ts';
import { textOf } from '../arguments/text-of.ts';
import { fail } from '../fail.ts';
import { chooseTemplate } from '../choose-template.ts';
import { printTemplate } from '../manifest-templates.ts';
import { JSON_FORMAT } from '../output/output.ts';

/** `karapace new <name>`. */
export const newManifest: Action = async ({ operands: [name = ''], options }, context) => {
  const { checkEnvironmentName } = await import('@karapace/core');
  checkEnvironmentName(name);
  const { output, directory } = context;
  const file = path.join(directory, 'karapace.toml');
  const { template: named } = options;
  const force = options['force'] === true;
  if (!force) await refuseOthers(directory, name);
  const template = await chooseTemplate(textOf(named), context);
  await write(file, printTemplate(template, name), force);
  if (output.json) output.printJson({ format: JSON_FORMAT, status: 'written', name, template, manifest: file });
  else if (!output.quiet)
    output.print(
      `Wrote karapace.toml from the template \`${template}\`.\nNext: karapace build --name ${name}   or: karapace shell`,
    );
  return 0;
};

/** Before anybody is asked anything. Two manifests in one directory are an error of `build`. */
async function refuseOthers(directory: string, name: string): Promise<void> {
  const { listManifests } = await import('@karapace/core');
  const found = await listManifests(directory);
  const other = found.find((each) => each !== 'karapace.toml');
  if (other === undefined)
    return found.length === 0 ? undefined : refuseExisting(path.join(directory, 'karapace.toml'));
  return fail('MANIFEST_EXISTS', 'This directory has another manifest already', {
    hint: `Edit it, or use a directory of its own: \`mkdir ${name} && cd ${name} && karapace new ${name}\`.`,
    place: { file: path.join(directory, other) },
  });
}

function refuseExisting(file: string): Promise<never> {
  return fail('MANIFEST_EXISTS', 'A manifest is here already', {
    hint: 'Edit it, or overwrite it: add `--force`.',
    place: { file },
  });
}

async function write(file: string, content: string, force: boolean): Promise<void> {
  const made = force ? `${file}.${randomUUID()}` : file;
  try {
    await writeFile(made, content, { flag: 'wx' });
    if (force) await rename(made, await targetOf(file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    // Somebody else was quicker.
    if (code === 'EEXIST') await refuseExisting(file);
    if (force || isFull(code)) await rm(made, { force: true });
    await fail('MANIFEST_UNWRITABLE', 'The manifest cannot be written', {
      hint: isFull(code)
        ? 'Free space on the disk of this directory, or go to another one, and try again.'
        : 'Make the directory writable, or go to another one, and try again.',
      place: { file },
      cause: message,
    });
  }
}

/** A manifest that is a link stays one. */
async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return file;
    throw error;
  }
}

function isFull(code: string | undefined): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT';
}
