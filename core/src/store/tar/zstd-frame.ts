// Where a frame ends, by RFC 8878, section 3.1: as an archive may have one for each of its files, most are not worth a stream of their own.

const MAGIC = 0xfd2fb528;
const SKIPPABLE = /^[\x50-\x5f]\x2a\x4d\x18$/;
const MAGIC_SIZE = 4;
const BLOCK_HEADER = 3;
const CHECKSUM_SIZE = 4;
const DICTIONARY_SIZES = [0, 1, 2, 4];
const CONTENT_SIZES = [0, 2, 4, 8];
const RUN = 1;
const RESERVED = 3;

/** What a block becomes at most, in bytes. */
export const LARGEST_BLOCK = 128 * 1024;

export interface ZstdFrame {
  /** Bytes that it takes. */
  readonly length: number;
  /** Zero of a frame that decoders skip. */
  readonly blocks: number;
}

/**
 * The frame that bytes begin with.
 *
 * @returns `undefined` where the bytes end before it does
 * @throws RangeError where they begin with something else
 */
export function findZstdFrame(bytes: Buffer): ZstdFrame | undefined {
  if (bytes.length < MAGIC_SIZE + 4) return undefined;
  if (SKIPPABLE.test(bytes.toString('latin1', 0, MAGIC_SIZE))) {
    return within(bytes, { length: MAGIC_SIZE + 4 + bytes.readUInt32LE(MAGIC_SIZE), blocks: 0 });
  }
  if (bytes.readUInt32LE() !== MAGIC) throw new RangeError('something that is no frame');
  const descriptor = bytes.readUInt8(MAGIC_SIZE);
  const checksum = (descriptor & 4) === 0 ? 0 : CHECKSUM_SIZE;
  let length = MAGIC_SIZE + headerSize(descriptor);
  let blocks = 0;
  for (let isLast = false; !isLast;) {
    if (length + BLOCK_HEADER > bytes.length) return undefined;
    const header = bytes.readUIntLE(length, BLOCK_HEADER);
    const type = (header >> 1) & 3;
    if (type === RESERVED) throw new RangeError('a block of an unknown type');
    isLast = (header & 1) === 1;
    length += BLOCK_HEADER + (type === RUN ? 1 : header >> 3);
    blocks += 1;
  }
  return within(bytes, { length: length + checksum, blocks });
}

function within(bytes: Buffer, frame: ZstdFrame): ZstdFrame | undefined {
  return frame.length > bytes.length ? undefined : frame;
}

/** The descriptor itself, and what it says that follows. */
function headerSize(descriptor: number): number {
  const isOneSegment = (descriptor & 0x20) !== 0;
  const contentSize = descriptor >> 6;
  const window = isOneSegment ? 0 : 1;
  const content = contentSize === 0 && isOneSegment ? 1 : (CONTENT_SIZES[contentSize] ?? 0);
  return 1 + window + (DICTIONARY_SIZES[descriptor & 3] ?? 0) + content;
}
