import { z } from 'zod';

import { CONTROL, HIDDEN_TREES, isBelow, normalPath } from './inside-path.ts';
import { flag, TABLE, text } from './schema-parts.ts';

/*
 * `[env]`, `[[files]]` and `[[run]]`. Every message here is the end of a sentence that starts "`key` must be".
 * zod takes long to load: import this file by `import()` alone, or from a schema.
 */

/** Bytes of a variable or an argument: the kernel takes twice as many. */
const LONGEST = 64 * 1024;
/** What a sandbox can be given. */
const MOST_VARIABLES = 256;
const MOST_TABLES = 1000;

const VARIABLE = 'named with letters, digits and `_` alone, not first a digit, and not `KARAPACE_…`';
const VARIABLE_FORM = /^(?!KARAPACE_)[A-Za-z_][A-Za-z0-9_]*$/;
const RUN_NAME = 'a name that starts with a letter, then letters, digits, `_` and `-`';

/** What goes to a process: the kernel ends it at the first NUL. */
function argument(expected: string) {
  return text(expected)
    .refine((value) => !value.includes('\0'), 'text without NUL')
    .refine((value) => Buffer.byteLength(value) <= LONGEST, `text of at most ${LONGEST} bytes`);
}

export const env = z
  .record(z.string().regex(VARIABLE_FORM, VARIABLE), argument('text in quotes'), TABLE)
  .refine((table) => Object.keys(table).length <= MOST_VARIABLES, `a table of at most ${MOST_VARIABLES} variables`);

const SOURCE = 'a path below the directory of the manifest, without `..`';
/** Bytes, as Linux takes them: of a name, and of a path with its last NUL. */
const LONGEST_NAME = 255;
const LONGEST_PATH = 4096;
const LENGTHS = `a path of less than ${LONGEST_PATH} bytes, whose names have at most ${LONGEST_NAME}`;
const TARGET = 'an absolute path without `..`, not `/` nor in `/proc`, `/sys`, `/dev`, `/tmp` or `/run`';

const fileEntry = z.strictObject(
  {
    source: text('a path in quotes').refine(isSource, SOURCE).describe('What is copied: relative to the manifest'),
    target: text('a path in quotes')
      .refine(isTarget, TARGET)
      .refine(isShort, LENGTHS)
      .describe('Where it lies inside: an absolute path'),
    mode: text('octal digits in quotes')
      .regex(/^0?[0-7]{3}$/, 'three octal digits in quotes: `"644"`')
      .describe('Permissions of every file; without it a file gets 0755 where its owner may execute it, else 0644')
      .optional(),
  },
  TABLE,
);

export const files = z.array(fileEntry, 'a list of tables').max(MOST_TABLES, `at most ${MOST_TABLES} tables`);

function isSource(path: string): boolean {
  const steps = path.split('/');
  const namesSomething = steps.some((step) => step !== '' && step !== '.');
  return namesSomething && !path.startsWith('/') && !steps.includes('..') && !CONTROL.test(path);
}

function isTarget(path: string): boolean {
  if (!path.startsWith('/') || CONTROL.test(path) || path.split('/').includes('..')) return false;
  const normal = normalPath(path);
  return normal !== '/' && !isBelow(normal, HIDDEN_TREES);
}

function isShort(path: string): boolean {
  const isNameShort = path.split('/').every((name) => Buffer.byteLength(name) <= LONGEST_NAME);
  return isNameShort && Buffer.byteLength(path) < LONGEST_PATH;
}

const COMMAND = 'text for `sh -c`, or a list of a program and its arguments';

const runEntry = z.strictObject(
  {
    name: text('a name in quotes')
      .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, RUN_NAME)
      .describe('What it is called in `after` and in messages')
      .optional(),
    command: z
      .union(
        [
          argument(COMMAND).min(1, COMMAND),
          z.array(argument(COMMAND)).refine(([program = '']) => program !== '', COMMAND),
        ],
        COMMAND,
      )
      .describe('Text for `sh -c`, or a program and its arguments'),
    network: flag
      .describe(
        "Give it the host's network: its layer is then no function of its inputs; `false` where nothing is said",
      )
      .optional(),
    after: z
      .array(text('a name in quotes'), 'a list of names')
      .describe('Names of runs further up, whose changes this one sees')
      .optional(),
  },
  TABLE,
);

export const run = z
  .array(runEntry, 'a list of tables')
  .max(MOST_TABLES, `at most ${MOST_TABLES} tables`)
  .superRefine((list, context) => {
    const above = new Set<string>();
    for (const [index, { name, after = [] }] of list.entries()) {
      const unknown = after.findIndex((each) => !above.has(each));
      if (unknown !== -1) {
        context.addIssue({ code: 'custom', path: [index, 'after', unknown], message: 'the name of a run further up' });
      }
      if (name !== undefined && above.has(name)) {
        context.addIssue({ code: 'custom', path: [index, 'name'], message: 'a name that no run further up has' });
      }
      if (name !== undefined) above.add(name);
    }
  });
