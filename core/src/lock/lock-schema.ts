import { z } from 'zod';

import type { ArchivePin } from '../contracts/lock.ts';
import { DIGEST, HASH_VERSION, isFetchable, LOCK_VERSION, pinName, WORD } from './lock-grammar.ts';

/*
 * Every message here is the end of a sentence that starts "`key` must be".
 * zod takes long to load: import this file by `import()` alone.
 */

const TABLE = 'a table';
const LAYER = 'a whole number from 0';

const text = z
  .string('text')
  .refine((value) => value.isWellFormed(), { error: 'text without lone surrogates', abort: true });
const word = text.regex(WORD, 'one word');
const words = z.array(word, 'a list of names').superRefine(checkDistinct);
const digest = z.string('64 hexadecimal digits').regex(DIGEST, '64 hexadecimal digits');
const size = z.int('a number of bytes').min(0, 'a number of bytes');
const flag = z.boolean('`true` or `false`');
const limit = z.int('a whole number').min(1, 'a whole number from 1').nullable().default(null);

const limits = z.strictObject(
  {
    cpu_shares: limit,
    memory_limit_mb: limit,
    pids_limit: limit,
    open_files_limit: limit,
    disk_limit_mb: limit,
    best_effort: flag.default(false),
  },
  TABLE,
);

const archive = {
  name: word,
  version: word,
  arch: word,
  url: text.refine(isFetchable, 'an http, https or file address without credentials'),
  size,
  sha256: digest,
};

const base = z.strictObject(
  {
    reference: word,
    source: word,
    tree: digest,
    parameters: z.record(z.string(), text, TABLE),
    archives: pins(z.strictObject(archive, TABLE)),
  },
  TABLE,
);

const packages = pins(
  z.strictObject(
    {
      ...archive,
      manager: word,
      asked: z.enum(['system', 'gui', 'dependency'], '`system`, `gui` or `dependency`'),
      layer: z.int(LAYER).min(0, LAYER).default(0),
    },
    TABLE,
  ),
).superRefine((list, context) => {
  const layers = new Set(list.map(({ layer }) => layer));
  const gap = list.findIndex(({ layer }) => layer > 0 && !layers.has(layer - 1));
  if (gap >= 0) context.addIssue({ code: 'custom', path: [gap, 'layer'], message: 'the next after another layer' });
});

const files = z
  .array(z.strictObject({ source: text, target: text, mode: text.nullable().default(null) }, TABLE), 'a list of files')
  .default([]);

const run = z
  .array(
    z.strictObject({ name: word, command: z.array(text, 'a list of text'), network: flag, after: words }, TABLE),
    'a list of commands',
  )
  .default([]);

const policy = z
  .strictObject(
    {
      mounts: z.array(text, 'a list of directories').nullable().default(null),
      devices: z
        .array(z.enum(['gpu', 'audio'], '`gpu` or `audio`'), 'a list of keys of `[hardware]`')
        .nullable()
        .default(null),
      network_isolation: flag.default(false),
      variables: words.nullable().default(null),
      resource_limits: limits.omit({ best_effort: true }),
    },
    TABLE,
  )
  .nullable()
  .default(null);

const intent = z.strictObject(
  {
    manifest_version: z.literal(1, '`1`'),
    base: z.strictObject({ image: word }, TABLE),
    system: z.strictObject({ packages: words }, TABLE),
    gui: z.strictObject({ apps: words }, TABLE),
    hardware: z.strictObject({ gpu: flag, audio: flag }, TABLE),
    mounts: z.array(z.strictObject({ label: word, host: text, container: text }, TABLE), 'a list of mounts'),
    env: z.record(z.string(), text, TABLE).default({}),
    files,
    run,
    policy,
    runtime: z.strictObject(
      {
        backend: word,
        network_isolation: flag,
        resource_limits: limits,
      },
      TABLE,
    ),
  },
  TABLE,
);

/** The content of a lock of this version. */
export const lockSchema = z
  .strictObject(
    {
      lock_version: z.literal(LOCK_VERSION, `\`${LOCK_VERSION}\``),
      hash_version: z.literal(HASH_VERSION, `\`${HASH_VERSION}\``),
      env_id: digest,
      short_id: z.string('12 hexadecimal digits').regex(/^[0-9a-f]{12}$/, '12 hexadecimal digits'),
      ids: z.enum(['full', 'single'], '`full` or `single`'),
      intent,
      base,
      packages,
      files: z.array(z.strictObject({ target: text, tree: digest }, TABLE), 'a list of files').default([]),
    },
    TABLE,
  )
  .superRefine(({ intent: { files: asked }, files: pinned }, context) => {
    const isAnswer = asked.length === pinned.length && asked.every(({ target }, at) => target === pinned[at]?.target);
    if (!isAnswer) context.addIssue({ code: 'custom', path: ['files'], message: 'one for each of `intent.files`' });
  });

/** The form of checked data; the contract's, but for the brands. */
export type CheckedLock = z.infer<typeof lockSchema>;

function pins<Pin extends z.ZodType<ArchivePin>>(pin: Pin) {
  return z.array(pin, 'a list of archives').superRefine((list, context) => checkDistinct(list.map(pinName), context));
}

function checkDistinct(names: readonly string[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) context.addIssue({ code: 'custom', path: [index], message: 'in its list once' });
    seen.add(name);
  }
}
