import { z } from 'zod';

import {
  comparison,
  digest,
  environment,
  format,
  layerKey,
  lockChanges,
  lockFile,
  text,
  writtenLock,
} from './parts.ts';

const manifest = text('Absolute path of the manifest');

/** What `build` says of one environment. */
const built = {
  ...environment,
  status: z.enum(['built', 'unchanged']).describe('`unchanged`: there was nothing to do'),
  lock: writtenLock,
  layers: z
    .array(
      z.strictObject({
        name: text('Of the layer'),
        key: layerKey,
        tree: digest,
        reused: z.boolean().describe('It was in the store'),
        because: z.strictObject(comparison).nullable().describe('Compared with the build before, or `null`'),
      }),
    )
    .describe('Bottom first'),
  compared_with: z.strictObject(environment).nullable().describe('What was built before, or `null`'),
};

const failure = z.strictObject({
  format,
  manifest: text('As it was given'),
  error: z.looseObject({ code: z.string(), message: z.string() }).describe('As every error'),
});

const build = z.union([
  z.strictObject({ format, ...built }),
  z.array(z.union([z.strictObject({ format, manifest: text('As it was given'), ...built }), failure])),
]);

const edited = z.strictObject({
  format,
  status: z.enum(['changed', 'unchanged']).describe('`unchanged`: the manifest was so already'),
  manifest,
  added: z.array(z.string()).describe('Words that came into the manifest'),
  removed: z.array(z.string()).describe('Words that went out of the manifest'),
  lock: z.strictObject({ file: lockFile }).describe('The lock of the project'),
  changes: lockChanges,
});

/** Commands that work on a project: its manifest, its lock, its environment. */
export const WORK_SCHEMAS = {
  new: z.strictObject({
    format,
    status: z.literal('written').describe('What was done'),
    name: text('As it was given'),
    template: text('What the manifest was made from'),
    manifest,
  }),
  add: edited,
  remove: edited,
  update: z.strictObject({
    format,
    status: z.enum(['updated', 'current', 'planned']).describe('`planned`: it was a dry run'),
    manifest,
    lock: writtenLock,
    changes: lockChanges,
    build: z.strictObject(built).nullable().describe('As `build`; `null` unless it was updated'),
  }),
  outdated: z.strictObject({
    format,
    status: z.enum(['current', 'outdated']).describe('Whether there is anything else than the lock has'),
    manifest,
    lock: z.strictObject({ file: lockFile }).describe('The lock of the project'),
    changes: lockChanges,
  }),
  pin: z.strictObject({
    format,
    status: z.enum(['pinned', 'unchanged']).describe('`unchanged`: it was pinned already'),
    manifest,
    image: text('The pinned reference'),
    lock: writtenLock,
  }),
  build,
  rebuild: build,
} as const;
