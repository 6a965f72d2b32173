import { z } from 'zod';

import { CONTROL } from './inside-path.ts';
import { limitFields } from './limits-schema.ts';
import { HOST_FORM } from './parse-mount.ts';
import { flag, TABLE, text } from './schema-parts.ts';

/*
 * `[policy]`, in a manifest and in a file of its own. Every message here is the end of a sentence that starts
 * "`key` must be". zod takes long to load: import this file by `import()` alone, or from a schema.
 */

const DIRECTORY = 'a directory of the host in quotes, starting with `/`, `~`, `./` or `../`, or `.` for the project';
const VARIABLE = 'the name of a variable, or its start and a `*`';
const MOST_NAMES = 1000;

const resourceLimits = z.strictObject(limitFields, TABLE);

export const policyTable = z.strictObject(
  {
    mounts: names(text(DIRECTORY).refine(isDirectory, DIRECTORY), 'a list of directories')
      .describe('Directories of the host: what is mounted has to be one of them or in one')
      .optional(),
    devices: names(z.enum(['gpu', 'audio'], '`gpu` or `audio`'), 'a list of keys of `[hardware]`')
      .describe('Keys of `[hardware]` that may be `true`')
      .optional(),
    network_isolation: flag
      .describe("Whether `runtime.network_isolation` has to be `true`, and no `[[run]]` may have the host's network")
      .optional(),
    variables: names(text(VARIABLE).regex(/^[A-Za-z_][A-Za-z0-9_]*\*?$/, VARIABLE), 'a list of names of variables')
      .describe('Names that `[env]` may have; a `*` at the end stands for anything')
      .optional(),
    resource_limits: resourceLimits.describe('The most that `[runtime.resource_limits]` may allow').optional(),
  },
  TABLE,
);

/** The whole of a policy file. */
export const policyFileSchema = z
  .strictObject({ policy: policyTable.describe('What environments may be given at most').optional() }, TABLE)
  .meta({
    title: 'Karapace policy',
    description: 'What every environment of a machine or a user may be given at most',
  });

function names<Item extends z.ZodType<string>>(item: Item, expected: string) {
  return z.array(item, expected).max(MOST_NAMES, `at most ${MOST_NAMES} names`);
}

function isDirectory(path: string): boolean {
  return HOST_FORM.test(path) && !CONTROL.test(path);
}
