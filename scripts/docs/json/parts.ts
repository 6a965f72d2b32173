import { z } from 'zod';

const hex = (description: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{64}$/u)
    .describe(description);

export const count = (description: string) => z.int().min(0).describe(description);
export const text = (description: string) => z.string().describe(description);
export const time = (description: string) => z.iso.datetime().describe(`${description}; ISO 8601, UTC`);
export const envId = hex('Identity: 64 hex digits');
export const digest = hex('Digest of the content: 64 hex digits');
export const layerKey = hex('Key of the layer: 64 hex digits');
export const snapshotId = (description: string) => hex(description);

const shortId = z
  .string()
  .regex(/^[0-9a-f]{12}$/u)
  .describe('First 12 digits of the identity');
const NAME = 'The name that was given, else the first of `names`; `null` where it has none';

/** What everything printed has. */
export const format = z.literal(1).describe('Raised when a field changes its meaning or goes away');

/** What everything that is about an environment has. */
export const environment = {
  env_id: envId,
  short_id: shortId,
  name: z.string().nullable().describe(NAME),
  names: z.array(z.string()).describe('All its names'),
  state: z.enum(['Defined', 'Built', 'Running', 'Frozen', 'Archived']).describe('What may be done with it'),
};

export const lockFile = text('Absolute path of the lock');
export const writtenLock = z
  .strictObject({ file: lockFile, written: z.boolean().describe('It was written just now') })
  .describe('The lock of the project');

const side = z.strictObject({ key: layerKey, tree: digest }).nullable();

const difference = z.strictObject({
  path: z.array(z.union([z.string(), z.number()])).describe('From the definition to the input'),
  change: z.enum(['added', 'removed', 'changed', 'moved']).describe('What became of it'),
  before: z.unknown().optional().describe('Missing of what was added'),
  after: z.unknown().optional().describe('Missing of what was removed'),
});

export const differences = z.array(difference);

/** What became of a layer. */
export const comparison = {
  verdict: z
    .enum(['same', 'inputs', 'parents', 'added', 'removed'])
    .describe('`inputs`: its own are other; `parents`: only what it stands on is'),
  before: side.describe('The layer before; `null` where there was none'),
  after: side.describe('The layer now; `null` where there is none'),
  differences: differences.describe('Of its own inputs'),
  parents: z.array(z.string()).describe('Names of the layers below whose content is other'),
  paths: z.array(z.string()).describe('Paths that differ, of a layer that copies files; at most 20'),
  same_bytes: z.boolean().describe('The content is the same'),
};

const pinned = z.strictObject({ version: z.string(), size: count('Bytes of the archive') }).nullable();

export const lockChanges = z
  .array(
    z.strictObject({
      name: text('Of the package'),
      arch: text('Its architecture'),
      of: z.enum(['image', 'packages']).describe('Whether the image is made of it, or it is installed above'),
      before: pinned.describe('In the lock before; `null` where it was not there'),
      after: pinned.describe('Now; `null` where it is gone'),
      is_asked: z.boolean().describe('The manifest asks for it by name'),
    }),
  )
  .describe('What is pinned otherwise, sorted by name');

export const layerSize = { entries: count('Paths in it'), bytes: count('Sum of the sizes of its files') };

export const snapshot = {
  snapshot_id: snapshotId('Identity of the snapshot: 64 hex digits'),
  restore_hash: snapshotId('The same, as the established tool calls it'),
  short_id: shortId,
  tree: digest,
  ...layerSize,
  created_at: time('When it was committed'),
  message: z.string().nullable().describe('Of `--message`'),
};
