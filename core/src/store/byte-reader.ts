import type { ByteString } from './tree-entry.ts';

export interface ByteReader {
  u8(): number;
  u16(): number;
  u32(): number;
  /** At most 2^53 - 1. */
  u64(): number;
  i64(): bigint;
  bytes(length: number): Buffer;
  /** So many bytes, as digits. */
  hex(length: number): string;
  text(): ByteString;
  isAtEnd(): boolean;
}

/** Reads what `byteWriter` wrote; whatever goes beyond the end is a RangeError. */
export function byteReader(buffer: Buffer): ByteReader {
  let at = 0;

  function advance(size: number): number {
    if (at + size > buffer.length) throw new RangeError(`${size} bytes are missing at offset ${at}`);
    at += size;
    return at - size;
  }

  return {
    u8: () => buffer.readUInt8(advance(1)),
    u16: () => buffer.readUInt16LE(advance(2)),
    u32: () => buffer.readUInt32LE(advance(4)),
    u64() {
      const start = advance(8);
      const value = buffer.readUInt32LE(start + 4) * 2 ** 32 + buffer.readUInt32LE(start);
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError(`${buffer.readBigUInt64LE(start)} is no size`);
      return value;
    },
    i64: () => buffer.readBigInt64LE(advance(8)),
    bytes(length) {
      const start = advance(length);
      return buffer.subarray(start, start + length);
    },
    hex(length) {
      const start = advance(length);
      return buffer.toString('hex', start, start + length);
    },
    text() {
      const length = this.u32();
      const start = advance(length);
      return buffer.toString('latin1', start, start + length);
    },
    isAtEnd: () => at === buffer.length,
  };
}
