import fs from 'node:fs';

const FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;
const PIECE = 1024 * 1024;

/** The sha256 of a file, of which at most 1 MiB is in memory. */
export function sha256Of(file: string): string {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  const buffer = Buffer.allocUnsafe(PIECE);
  const descriptor = fs.openSync(file, FLAGS);
  try {
    for (;;) {
      const count = fs.readSync(descriptor, buffer, 0, PIECE, null);
      if (count === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, count));
    }
  } finally {
    fs.closeSync(descriptor);
  }
}
