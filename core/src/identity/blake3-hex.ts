import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * BLAKE3 of a domain tag, a newline and a text, as 64 hex digits. The tag keeps digests of different kinds of thing
 * apart, so it holds no newline.
 */
export function blake3Hex(domain: string, text: string): string {
  if (domain.includes('\n')) throw new TypeError('A domain tag is one line');
  return bytesToHex(blake3(utf8ToBytes(`${domain}\n${text}`)));
}
