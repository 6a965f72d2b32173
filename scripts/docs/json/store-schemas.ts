import { z } from 'zod';

import { count, digest, envId, format, layerKey, text, time } from './parts.ts';

const affected = z.strictObject({ env_id: envId, names: z.array(z.string()) });

const repair = z
  .strictObject({
    damaged: z.string().nullable().describe('Where it was moved, relative to the store; `null`: nothing was'),
    moved: z.array(z.string()).describe('What was moved away'),
    made: z.array(z.string()).describe('What was made again'),
    rebuilt: z.array(affected).describe('Environments of which something was built or fetched again'),
    lost: z.array(z.strictObject({ file: z.string(), what: z.string() })).describe('What cannot be made again'),
    failed: z
      .array(
        z.strictObject({
          environment: affected,
          code: z.string(),
          message: z.string(),
          fix: z.string().nullable(),
        }),
      )
      .describe('What was tried and failed'),
  })
  .describe('Only after `--repair` that had something to do');

/** Commands about the whole store, and the machine. */
export const STORE_SCHEMAS = {
  gc: z.strictObject({
    format,
    status: z.enum(['planned', 'collected']).describe('`planned`: it was a dry run'),
    dry_run: z.boolean().describe('Nothing was removed'),
    orphaned_envs: z.array(envId).describe('Identities of environments that nobody can miss'),
    orphaned_layers: z.array(layerKey).describe('Keys of layers that nothing needs'),
    orphaned_objects: count('How many objects nothing needs; there may be millions'),
    removed_envs: count('How many environments were removed'),
    removed_layers: count('How many layers were removed'),
    removed_objects: count('How many objects were removed'),
    environments: z
      .array(
        z.strictObject({
          env_id: envId,
          project: text('Directory of its manifest'),
          bytes: count('Of the layers that go with it'),
          last_used: time('When it was used last'),
        }),
      )
      .describe('The heaviest first'),
    layers: z
      .array(
        z.strictObject({
          key: layerKey,
          kind: text('What the layer is'),
          tree: digest,
          bytes: count('Of its files that nothing else has'),
          last_used: time('When it was used last'),
        }),
      )
      .describe('The heaviest first'),
    trees: count('How many trees'),
    checkouts: count('How many checkouts'),
    archives: count('How many archives'),
    objects: count('As `orphaned_objects`'),
    bytes: count('On the disk, that are free afterwards'),
  }),
  'verify-store': z.strictObject({
    format,
    status: z.enum(['whole', 'damaged']).describe('Whether everything is as it was written'),
    checked: count('Files that were looked at, or should be there'),
    passed: count('Files that are as they were written'),
    failed: count('Files that are not'),
    unreadable: count('Files that could not be looked at'),
    bytes: count('That were read'),
    findings: z
      .array(
        z.strictObject({
          file: text('Relative to the store'),
          part: text('What of the store it is'),
          problem: z.enum(['damaged', 'missing', 'foreign', 'unreadable']).describe('What is wrong'),
          reason: text('One clause'),
          environments: z.array(affected).describe('Those that need it'),
          fix: text('The way out'),
        }),
      )
      .describe('What failed and what is unreadable'),
    repair: repair.optional(),
  }),
  migrate: z.strictObject({
    format,
    status: z.enum(['migrated', 'unchanged']).describe('`unchanged`: it has this format already'),
    from: count('The format that the store had'),
    to: count('The format that it has'),
    environments: count('How many were taken over'),
  }),
  doctor: z.strictObject({
    format,
    ok: z.boolean().describe('Nothing that is needed is missing'),
    checks: z
      .array(
        z.strictObject({
          id: text('Of the check; stable'),
          title: text('For people'),
          state: z.enum(['ok', 'warning', 'failed']).describe('What came out'),
          detail: text('What was found'),
          fix: z
            .looseObject({ description: z.string() })
            .nullable()
            .describe('The way out; `null` where none is needed'),
        }),
      )
      .describe('In the order in which they were made'),
  }),
  completions: z.strictObject({
    format,
    shell: z.enum(['bash', 'zsh', 'fish', 'nushell']).describe('Which shell it is for'),
    script: text('The program that the shell reads'),
  }),
  'man-pages': z.strictObject({
    format,
    directory: text('Absolute path'),
    files: z.array(z.string()).describe('Absolute paths of the pages'),
  }),
} as const;
