import type { ByteString } from './tree-entry.ts';

/** Appends little-endian numbers and length-prefixed bytes to a growing buffer. */
export interface ByteWriter {
  u8(value: number): void;
  u16(value: number): void;
  u32(value: number): void;
  u64(value: number): void;
  i64(value: bigint): void;
  bytes(value: Buffer): void;
  /** Bytes that are written as hex digits. */
  hex(value: string): void;
  /** The length as 32 bits, then the bytes. */
  text(value: ByteString): void;
  finish(): Buffer;
}

/** @param expected about how many bytes will come */
export function byteWriter(expected = 64 * 1024): ByteWriter {
  let buffer = Buffer.allocUnsafe(expected);
  let used = 0;

  function claim(size: number): number {
    if (used + size > buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, used + size));
      buffer.copy(larger, 0, 0, used);
      buffer = larger;
    }
    used += size;
    return used - size;
  }

  // The buffer may be another one after a claim: the offset comes first.
  return {
    u8(value) {
      const start = claim(1);
      buffer.writeUInt8(value, start);
    },
    u16(value) {
      const start = claim(2);
      buffer.writeUInt16LE(value, start);
    },
    u32(value) {
      const start = claim(4);
      buffer.writeUInt32LE(value, start);
    },
    u64(value) {
      const start = claim(8);
      buffer.writeBigUInt64LE(BigInt(value), start);
    },
    i64(value) {
      const start = claim(8);
      buffer.writeBigInt64LE(value, start);
    },
    bytes(value) {
      const start = claim(value.length);
      value.copy(buffer, start);
    },
    hex(value) {
      const start = claim(value.length / 2);
      buffer.write(value, start, 'hex');
    },
    text(value) {
      this.u32(value.length);
      const start = claim(value.length);
      buffer.write(value, start, 'latin1');
    },
    finish: () => buffer.subarray(0, used),
  };
}
