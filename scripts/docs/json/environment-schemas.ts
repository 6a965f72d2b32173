import { z } from 'zod';

import {
  comparison,
  count,
  differences,
  digest,
  environment,
  format,
  layerKey,
  layerSize,
  snapshot,
  snapshotId,
  text,
  time,
} from './parts.ts';

const about = z.strictObject({ format, ...environment });
const layer = { name: text('Of the layer'), key: layerKey, tree: digest, ...layerSize };

const damaged = z.strictObject({
  format,
  env_id: environment.env_id.nullable(),
  short_id: environment.short_id.nullable(),
  name: environment.name,
  names: environment.names,
  state: z.literal('Damaged').describe('It cannot be read; see `karapace verify-store`'),
  file: text('What is damaged'),
  reason: text('One clause'),
});

const session = z.strictObject({
  pid: count('Process that entered'),
  command: text('What it runs'),
  started_at: time('Since when'),
});

const log = z
  .strictObject({
    file: text('Absolute path: plain text'),
    bytes: count('Its size'),
    written_at: time('When the build of the layer ended'),
  })
  .nullable()
  .describe('What was printed; `null` where none is kept');

const loggedLayer = (name: z.ZodType) => z.strictObject({ name, key: layerKey, log });

const inspected = z.strictObject({
  format,
  ...environment,
  project: text('Directory of its manifest'),
  created_at: time('When it was made'),
  built_at: time('When it was built last'),
  image: text('Reference of the image'),
  backend: text('What runs it'),
  ids: z.enum(['full', 'single']).describe('Whether it has a range of user ids, or one'),
  packages: z
    .array(
      z.strictObject({
        name: text('Of the package'),
        version: text('Its version'),
        arch: text('Its architecture'),
        asked: z.enum(['system', 'gui', 'dependency']).describe('Which list of the manifest asks for it'),
      }),
    )
    .describe('Those above the image'),
  mounts: z
    .array(z.strictObject({ label: z.string(), host: z.string(), container: z.string() }))
    .describe('What of the host is seen inside'),
  policy: z.array(z.looseObject({})).describe('Policies in force: where each comes from, and its rules'),
  sessions: z.array(session).describe('Who is in it'),
  layers: z.array(z.looseObject({ name: text('Of the layer') })).describe('Bottom first'),
});

/** With `--plan`. */
const planned = z.strictObject({
  format,
  ...environment,
  plan: z.array(z.string()).describe('With `--plan` alone: what is done to enter it, as sentences'),
});

/** With `--launcher`. */
const launched = z.strictObject({
  format,
  ...environment,
  launcher: z.string().describe('With `--launcher` alone: the program').optional(),
  output: z.string().describe('With `--launcher --output`: absolute path of the program').optional(),
});

/** Commands about one environment, or all. */
export const ENVIRONMENT_SCHEMAS = {
  list: z.array(z.union([about, damaged])),
  inspect: z.union([inspected, planned, launched]),
  why: z.union([
    z.strictObject({
      format,
      ...environment,
      layers: z
        .array(
          z.strictObject({
            ...layer,
            kind: text('What the layer is'),
            ids: z.enum(['full', 'single']).describe('Whose ids its files have'),
            inputs: z.record(z.string(), z.unknown()).describe('What its key is made of'),
            parents: z.array(z.strictObject({ name: z.string().nullable(), tree: digest })).describe('Nearest first'),
          }),
        )
        .describe('Bottom first'),
    }),
    z.strictObject({
      format,
      before: z.strictObject(environment).describe('The first environment'),
      after: z.strictObject(environment).describe('The other environment'),
      layers: z
        .array(z.strictObject({ name: text('Of the layer'), kind: text('What the layer is'), ...comparison }))
        .describe('Bottom first'),
      intent: differences.describe('What the manifests ask for otherwise'),
    }),
  ]),
  graph: z.strictObject({
    format,
    ...environment,
    layers: z
      .array(
        z.strictObject({
          ...layer,
          kind: text('What the layer is'),
          parents: z.array(z.string()).describe('Names of the layers that it stands on'),
          last_build: z.enum(['built', 'reused']).nullable().describe('By the last build; `null` where nobody knows'),
          build_milliseconds: z.number().nullable().describe('How long it took; `null` where nobody knows'),
        }),
      )
      .describe('Bottom first'),
    output: z.string().nullable().describe('The file of `--output`, or `null`'),
  }),
  logs: z.union([
    z.strictObject({ format, ...environment, layers: z.array(loggedLayer(text('Of the layer'))) }),
    z.strictObject({ format, layers: z.array(loggedLayer(z.null())) }),
  ]),
  stop: z.strictObject({
    format,
    ...environment,
    sessions: count('How many there were'),
    killed: count('How many of them by SIGKILL'),
  }),
  diff: z.strictObject({
    format,
    changes: z
      .array(
        z.strictObject({
          path: text('Absolute, inside'),
          change: z.enum(['added', 'modified', 'removed']).describe('What happened'),
          type: z.enum(['file', 'directory', 'symlink', 'fifo', 'character', 'block']).describe('Of the file'),
          bytes: count('Now').optional(),
          bytesBefore: count('Before').optional(),
          entries: count('How many paths were removed with it').optional(),
          parts: z.array(z.string()).describe('What of it was modified').optional(),
        }),
      )
      .describe('Sorted by path'),
  }),
  commit: z.strictObject({
    format,
    snapshot_hash: snapshotId('Identity of the snapshot: 64 hex digits'),
    ...snapshot,
    status: z.enum(['committed', 'unchanged']).describe('`unchanged`: a snapshot holds the same'),
    skipped: z.array(z.string()).describe('Paths of sockets, which mean nothing without their process'),
  }),
  snapshots: z.strictObject({
    format,
    ...environment,
    snapshots: z.array(z.strictObject(snapshot)).describe('Oldest first'),
  }),
  restore: z.strictObject({
    format,
    ...environment,
    snapshot_id: snapshotId('What it was made again'),
    generation: count('How often it has begun anew'),
  }),
  rename: about,
  freeze: about,
  thaw: about,
  archive: about,
  unarchive: about,
  destroy: z.strictObject({
    format,
    ...environment,
    status: z.enum(['destroyed', 'name-removed']).describe('`name-removed`: it has other names, and stays'),
  }),
} as const;
