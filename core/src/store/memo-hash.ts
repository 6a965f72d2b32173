import { blake3 } from './blake3.ts';

/** As `blake3Hex` of the identities, by the native library: what is looked up to save time must not take any. */
export function memoHash(domain: string, text: string): string {
  return blake3(`${domain}\n${text}`).toString('hex');
}
