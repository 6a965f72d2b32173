import fs from 'node:fs';

import { hasCode } from './system-error.ts';

/** A link or a pipe in the place of a file is never followed and never waited for; nothing is below what is no directory. */
const FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

export type StoreFile = { readonly bytes: Buffer } | 'missing' | 'not a file';

/** Reads a small file of the store. */
export function readStoreFile(file: string): StoreFile {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, FLAGS);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'missing';
    if (hasCode(error, 'ELOOP', 'ENXIO', 'ENOTDIR')) return 'not a file';
    throw error;
  }
  try {
    const stats = fs.fstatSync(descriptor);
    return stats.isFile() ? { bytes: readWhole(descriptor, stats.size) } : 'not a file';
  } finally {
    fs.closeSync(descriptor);
  }
}

/** One read and no second look at the size: a list of environments reads thousands of these files. */
function readWhole(descriptor: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const count = fs.readSync(descriptor, bytes, length, size - length, null);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}
