// Several archives go through one channel. Their bytes are in frames, each with its length before it as 32 bits, little-endian; one without
// bytes ends an archive, so that what is cut is told from what is over.

const HEADER = 4;

export function frameHeader(length: number): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(length);
  return header;
}

export interface FrameReader {
  /** Bytes of the archive that comes; 0 at its end, or where the channel ends. */
  pull(into: Buffer): number;
  /** Goes on to the next archive. */
  next(): void;
}

/** @param read gives how many bytes it got, 0 at the end */
export function frameReader(read: (into: Buffer) => number): FrameReader {
  const header = Buffer.alloc(HEADER);
  let left = 0;
  let isOver = false;

  function readHeader(): number {
    for (let done = 0; done < HEADER;) {
      const got = read(header.subarray(done));
      if (got === 0) return 0;
      done += got;
    }
    return header.readUInt32LE();
  }

  return {
    pull(into) {
      if (isOver) return 0;
      if (left === 0) left = readHeader();
      const got = left === 0 ? 0 : read(into.subarray(0, Math.min(into.length, left)));
      left -= got;
      isOver = got === 0;
      return got;
    },
    next() {
      isOver = false;
    },
  };
}
