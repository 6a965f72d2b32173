import { BLOCK } from './tar-limits.ts';
import { gunzip, unxz, type Decompress } from './decompress.ts';
import { unzstd } from './unzstd.ts';

export interface Compression {
  /** For messages. */
  readonly format: string;
  readonly decompress: Decompress;
}

/** First bytes: RFC 1952; RFC 8878, and skippable frames; the .xz file format 1.2, section 2.1.1.1. */
const FORMATS: readonly (Compression & { readonly magic: RegExp })[] = [
  { format: 'gzip', magic: /^\x1f\x8b/, decompress: gunzip },
  { format: 'zstd', magic: /^(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)/, decompress: unzstd },
  { format: 'xz', magic: /^\xfd7zXZ\0/, decompress: unxz },
];

const PLAIN: Compression = { format: 'tar', decompress: (file) => file.read(0) };

/** What the first bytes of an archive say it is; `undefined` of something else. */
export function compressionOf(first: Buffer): Compression | undefined {
  const text = first.toString('latin1', 0, 6);
  const found = FORMATS.find(({ magic }) => magic.test(text));
  if (found !== undefined) return found;
  return isTar(first) ? PLAIN : undefined;
}

/** The oldest archives have no mark; an empty one is zeros alone. */
function isTar(first: Buffer): boolean {
  const mark = first.toString('latin1', 257, 262);
  return first.length >= BLOCK && (mark === 'ustar' || mark === '\0'.repeat(5));
}
