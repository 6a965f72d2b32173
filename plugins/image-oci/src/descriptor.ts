import { createHash } from 'node:crypto';

import { KarapaceError } from '@karapace/core';

import { invalidImage } from './invalid-image.ts';
import type { Platform } from './platform.ts';

/** Points to content, as in OCI's image-spec. */
export interface Descriptor {
  readonly mediaType: string;
  /** `<algorithm>:<encoded>` */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly platform?: Platform | undefined;
}

/**
 * The 64 hex digits of a sha256 digest. Locks and stores know archives by sha256, so that no other algorithm could be followed up.
 *
 * @throws KarapaceError `IMAGE_INVALID`
 */
export function sha256Of(digest: string): string {
  const [, hex] = /^sha256:([0-9a-f]{64})$/u.exec(digest) ?? [];
  if (hex !== undefined) return hex;
  throw invalidImage(`The image names content by \`${digest}\`, and only \`sha256\` is supported`);
}

/**
 * Of a document, which is held in memory.
 *
 * @param place where the bytes are from
 * @throws KarapaceError `DOWNLOAD_CORRUPT`
 */
export function checkContent(bytes: Uint8Array, { digest, size }: Omit<Descriptor, 'mediaType'>, place: string): void {
  const actual = digestOf(bytes);
  if (actual === digest && bytes.length === size) return;
  throw new KarapaceError(
    'DOWNLOAD_CORRUPT',
    `\`${place}\` gave ${bytes.length} bytes with the digest ${actual} for \`${digest}\` of ${size} bytes`,
    {
      hint: 'Run the same command again; if it stays, the image is damaged where it is kept, or a proxy changes the bytes.',
    },
  );
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
