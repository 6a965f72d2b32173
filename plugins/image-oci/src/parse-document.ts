import { z } from 'zod';

import type { Descriptor } from './descriptor.ts';
import { invalidImage } from './invalid-image.ts';
import { documentKind, isFirstSchema } from './media-types.ts';
import { parseJson } from './parse-json.ts';
import type { Platform } from './platform.ts';

/** Of one document, in bytes: what distribution-spec asks registries to take. */
export const LARGEST_DOCUMENT = 4 * 2 ** 20;
/** Of one index. */
export const MOST_MANIFESTS = 1000;
/** Of one image; Docker makes 127. Their numbers have three digits. */
const MOST_LAYERS = 500;

export interface IndexDocument {
  readonly kind: 'index';
  readonly manifests: readonly Descriptor[];
}

export interface ManifestDocument {
  readonly kind: 'manifest';
  readonly config: Descriptor;
  /** Bottom first. */
  readonly layers: readonly Descriptor[];
}

export type ImageDocument = IndexDocument | ManifestDocument;

/** What is used of an image's configuration. */
export interface ImageConfig {
  readonly platform: Platform;
  readonly layerCount: number;
  /** `NAME=value` */
  readonly environment: readonly string[];
}

const word = z.string().regex(/^[\w.-]{0,64}$/u);
const mediaType = z.string().regex(/^[A-Za-z0-9][\w!#$&^.+-]{0,126}\/[A-Za-z0-9][\w!#$&^.+-]{0,126}$/u);
// A descriptor may bring its content along as `data`, and addresses of others as `urls`; neither is used.
export const descriptorForm = z.object({
  mediaType,
  digest: z.string().regex(/^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9A-Za-z=_-]{1,256}$/u),
  size: z.int().min(0),
  platform: z.object({ os: word, architecture: word, variant: word.optional() }).optional(),
});
const versioned = { schemaVersion: z.literal(2), mediaType: mediaType.optional() };
// What has the fields of both could be taken for either, with the same digest (CVE-2021-41190).
const index = z.object({
  ...versioned,
  manifests: z.array(descriptorForm).max(MOST_MANIFESTS),
  ...{ config: z.undefined().optional(), layers: z.undefined().optional() },
});
const manifest = z.object({
  ...versioned,
  config: descriptorForm,
  layers: z.array(descriptorForm).min(1).max(MOST_LAYERS),
  ...{ manifests: z.undefined().optional() },
});
const imageConfig = z.object({
  os: word,
  architecture: word,
  variant: word.optional(),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(z.string()) }),
  config: z.object({ Env: z.array(z.string()).nullish() }).nullish(),
});

/**
 * Reads an index or a manifest.
 *
 * @param type what it was announced as
 * @param name for messages
 * @throws KarapaceError `IMAGE_INVALID`
 */
export function parseDocument(bytes: Uint8Array, type: string, name: string): ImageDocument {
  const kind = documentKind(type);
  if (isFirstSchema(type)) throw invalidImage(`\`${name}\` is a manifest of Docker's schema 1, which is not supported`);
  if (kind === undefined) throw invalidImage(`\`${name}\` is of the type \`${type}\`, and no image`);
  const parsed = parse(kind === 'index' ? index : manifest, bytes, name);
  if (parsed.mediaType !== undefined && parsed.mediaType !== type) {
    throw invalidImage(`\`${name}\` is announced as \`${type}\` and calls itself \`${parsed.mediaType}\``);
  }
  return 'config' in parsed && parsed.config !== undefined
    ? { kind: 'manifest', config: parsed.config, layers: parsed.layers }
    : { kind: 'index', manifests: (parsed as z.infer<typeof index>).manifests };
}

/** @throws KarapaceError `IMAGE_INVALID` */
export function parseImageConfig(bytes: Uint8Array, name: string): ImageConfig {
  const { os, architecture, variant, rootfs, config } = parse(imageConfig, bytes, name);
  return {
    platform: { os, architecture, variant },
    layerCount: rootfs.diff_ids.length,
    environment: config?.Env ?? [],
  };
}

function parse<Schema extends z.ZodType>(schema: Schema, bytes: Uint8Array, name: string): z.infer<Schema> {
  const result = parseJson(schema, bytes);
  if ('data' in result) return result.data;
  throw invalidImage(`\`${name}\` is no document of an image: ${result.problem}`, result.cause);
}
