import { fileURLToPath } from 'node:url';

import type { ObjectId } from '../contracts/ids.ts';
import { hashFile } from '../store/hash-file.ts';

/** Path as a byte string, size in bytes. A pair, because thousands of them are copied between threads. */
export type FileToHash = readonly [path: string, size: number];

// Measured on real trees: below this many files or bytes, starting the threads costs more than they save.
const FILES_FOR_ONE_THREAD = 7_000;
const BYTES_FOR_ONE_THREAD = 256 * 1024 * 1024;
const BATCH_FILES = 128;
const BATCH_BYTES = 4 * 1024 * 1024;
const THREADS = 2;

/** The objects of files, in their order; many files are shared out to threads. */
export async function hashFiles(files: readonly FileToHash[]): Promise<readonly ObjectId[]> {
  const bytes = files.reduce((sum, [, size]) => sum + size, 0);
  if (files.length <= FILES_FOR_ONE_THREAD && bytes <= BYTES_FOR_ONE_THREAD) {
    return files.map(([path, size]) => hashFile(path, size));
  }
  return hashInThreads(hashBatches(files));
}

async function hashInThreads(batches: readonly (readonly FileToHash[])[]): Promise<readonly ObjectId[]> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina<readonly FileToHash[], readonly ObjectId[]>({
    filename: fileURLToPath(import.meta.resolve('#hash-worker')),
    name: 'hashBatch',
    minThreads: THREADS,
    maxThreads: THREADS,
  });
  try {
    return (await Promise.all(batches.map((batch) => pool.run(batch)))).flat();
  } finally {
    await pool.destroy();
  }
}

/** Cuts a list into batches that are worth a message each. */
function hashBatches(files: readonly FileToHash[]): readonly (readonly FileToHash[])[] {
  const batches: FileToHash[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    const last = batches.at(-1);
    if (last === undefined || last.length === BATCH_FILES || bytes + file[1] > BATCH_BYTES) {
      batches.push([file]);
      bytes = file[1];
    } else {
      last.push(file);
      bytes += file[1];
    }
  }
  return batches;
}
