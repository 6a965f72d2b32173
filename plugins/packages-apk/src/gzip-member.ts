import { constants, inflateRawSync } from 'node:zlib';

export interface GzipMember {
  readonly content: Buffer;
  /** Where the next member begins. */
  readonly end: number;
}

const FIXED_HEADER = 10;
const TRAILER = 8;
const [HEADER_CRC, EXTRA, FILE_NAME, COMMENT] = [2, 4, 8, 16];

/**
 * Unpacks the one member of a gzip file (RFC 1952) that begins at an offset: apk's files are several, one after the other, and
 * what it signs and digests are whole members.
 *
 * @returns undefined where the bytes end before the member does
 * @throws Error where the bytes are no gzip, or unpack to more than the limit
 */
export function gzipMember(bytes: Buffer, start: number, limit: number): GzipMember | undefined {
  const body = headerEnd(bytes, start);
  if (body === undefined) return undefined;
  try {
    // With `info` Node gives the engine too, which knows how many bytes it took.
    const unpacked: unknown = inflateRawSync(bytes.subarray(body), { info: true, maxOutputLength: limit });
    const { buffer: content, engine } = unpacked as {
      readonly buffer: Buffer;
      readonly engine: { bytesWritten: number };
    };
    const end = body + engine.bytesWritten + TRAILER;
    return end > bytes.length ? undefined : { content, end };
  } catch (error) {
    if ((error as { errno?: number }).errno === constants.Z_BUF_ERROR) return undefined;
    throw error;
  }
}

function headerEnd(bytes: Buffer, start: number): number | undefined {
  const header = bytes.subarray(start, start + FIXED_HEADER);
  if (header.length < FIXED_HEADER) return undefined;
  if (header.readUInt16BE(0) !== 0x1f8b || header[2] !== 8) throw new Error('It is no gzip');
  const flags = header[3] ?? 0;
  let end = start + FIXED_HEADER;
  if ((flags & EXTRA) !== 0) {
    if (end + 2 > bytes.length) return undefined;
    end += 2 + bytes.readUInt16LE(end);
  }
  for (const text of [FILE_NAME, COMMENT]) {
    if ((flags & text) === 0) continue;
    const zero = bytes.indexOf(0, end);
    if (zero === -1) return undefined;
    end = zero + 1;
  }
  if ((flags & HEADER_CRC) !== 0) end += 2;
  return end < bytes.length ? end : undefined;
}
