import { KarapaceError } from '../errors.ts';

/** Bytes. A manifest names things; one that is larger is a mistake. */
export const MAX_MANIFEST_BYTES = 1024 * 1024;

/** @throws KarapaceError `MANIFEST_INVALID` */
export function checkSize(text: string, file: string): void {
  if (text.length <= MAX_MANIFEST_BYTES && Buffer.byteLength(text) <= MAX_MANIFEST_BYTES) return;
  throw new KarapaceError('MANIFEST_INVALID', `The manifest is larger than ${MAX_MANIFEST_BYTES} bytes`, {
    place: { file },
    hint: 'Check that this is a manifest.',
  });
}
