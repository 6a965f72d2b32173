/** What an archive may ask for. `docs/store-format.md` lists these; an archive above one of them is refused. */
export const TAR_LIMITS = {
  /** Members, and directories that only their contents tell of. */
  entries: 1_000_000,
  /** FIFOs and devices, each of which takes a program to make. */
  specials: 4096,
  /** Bytes of one name. */
  name: 255,
  /** Bytes of a path. */
  path: 3072,
  /** Names in a path. */
  depth: 512,
  /** Bytes of a symbolic link's target. */
  target: 4095,
  /** Bytes of one extended header. */
  extension: 1024 * 1024,
  /** Bytes of one extended attribute. */
  attribute: 64 * 1024,
  /** Bytes of all extended attributes of an archive. */
  attributes: 64 * 1024 * 1024,
  /** Stored parts of one sparse file. */
  parts: 262_144,
  /** Bytes that sparse files of an archive have beyond what is stored of them. */
  holes: 8 * 1024 ** 3,
  major: 4095,
  minor: 1_048_575,
} as const;

/** Seconds since 1970: from 1901, where file systems begin, to 2262, where a tree's nanoseconds end. */
export const TIME_RANGE = { first: -2_147_483_648n, last: 9_223_372_035n } as const;

export const BLOCK = 512;

/** The bytes that fill the last block of so many bytes. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}
