/** Bytes in order, a little at a time. */
export interface ByteSource {
  /** The next bytes, exactly so many, or `undefined` where fewer are left. Good until the next call. At most 1 MiB. */
  take(count: number): Buffer | undefined;
  /** The next bytes, at least one and at most so many; none at the end. Good until the next call. */
  takeSome(most: number): Buffer;
  /** How many were taken. */
  readonly offset: number;
}

const CAPACITY = 1024 * 1024;

/** @param pull fills a buffer from its start; gives how many bytes it got, 0 at the end */
export function byteSource(pull: (into: Buffer) => number): ByteSource {
  const buffer = Buffer.allocUnsafeSlow(CAPACITY);
  let start = 0;
  let end = 0;
  let offset = 0;

  function fillTo(count: number): void {
    if (end - start >= count) return;
    buffer.copyWithin(0, start, end);
    [start, end] = [0, end - start];
    while (end < count) {
      const got = pull(buffer.subarray(end));
      if (got === 0) return;
      end += got;
    }
  }

  function advance(count: number): Buffer {
    start += count;
    offset += count;
    return buffer.subarray(start - count, start);
  }

  return {
    take(count) {
      fillTo(count);
      return end - start >= count ? advance(count) : undefined;
    },
    takeSome(most) {
      fillTo(1);
      return advance(Math.min(most, end - start));
    },
    get offset() {
      return offset;
    },
  };
}
