import { z } from 'zod';

import type { Descriptor } from './descriptor.ts';
import { invalidImage } from './invalid-image.ts';
import { descriptorForm, MOST_MANIFESTS } from './parse-document.ts';
import { parseJson } from './parse-json.ts';

/** An image in a layout's index. */
export interface LayoutEntry extends Descriptor {
  readonly tag: string | undefined;
}

const marker = z.object({ imageLayoutVersion: z.string().regex(/^1\.\d+\.\d+$/u) });
const index = z.object({
  schemaVersion: z.literal(2),
  manifests: z
    .array(descriptorForm.extend({ annotations: z.record(z.string(), z.string()).optional() }))
    .max(MOST_MANIFESTS),
});

/**
 * Reads the file `oci-layout`.
 *
 * @throws KarapaceError `IMAGE_INVALID`
 */
export function checkMarker(bytes: Uint8Array, name: string): void {
  const parsed = parseJson(marker, bytes);
  if ('problem' in parsed)
    throw invalidImage(`\`${name}\` is no OCI layout of version 1: ${parsed.problem}`, parsed.cause);
}

/**
 * Reads the file `index.json`.
 *
 * @throws KarapaceError `IMAGE_INVALID`
 */
export function parseLayoutIndex(bytes: Uint8Array, name: string): readonly LayoutEntry[] {
  const parsed = parseJson(index, bytes);
  if ('problem' in parsed) throw invalidImage(`\`${name}\` is no index of a layout: ${parsed.problem}`, parsed.cause);
  return parsed.data.manifests.map(({ annotations, ...descriptor }) => ({
    ...descriptor,
    tag: annotations?.['org.opencontainers.image.ref.name'],
  }));
}

/** Those that a reference means; several of one tag are for several platforms. Without a tag and a digest, all of them if they have one. */
export function selectEntries(
  entries: readonly LayoutEntry[],
  { tag, digest }: { readonly tag: string | undefined; readonly digest: string | undefined },
): readonly LayoutEntry[] {
  if (digest !== undefined) return entries.filter((entry) => entry.digest === digest).slice(0, 1);
  if (tag !== undefined) return entries.filter((entry) => entry.tag === tag);
  return new Set(entries.map((entry) => entry.tag)).size === 1 ? entries : [];
}
