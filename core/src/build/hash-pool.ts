import { fileURLToPath } from 'node:url';

import type { ObjectId } from '../contracts/ids.ts';
import { hashFile } from '../store/hash-file.ts';
import { isWorthThreads, workInThreads } from './file-batches.ts';

/** Path as a byte string, size in bytes. A pair, because thousands of them are copied between threads. */
export type FileToHash = readonly [path: string, size: number];

const sizeOf = ([, size]: FileToHash): number => size;

/** The objects of files, in their order; many files are shared out to threads. */
export async function hashFiles(files: readonly FileToHash[]): Promise<readonly ObjectId[]> {
  if (!isWorthThreads(files, sizeOf)) return files.map(([path, size]) => hashFile(path, size));
  const filename = fileURLToPath(import.meta.resolve('#hash-worker'));
  const work = { filename, name: 'hashBatch', sizeOf };
  const hashed = await workInThreads<FileToHash, readonly FileToHash[], readonly ObjectId[]>(
    files,
    work,
    (batch) => batch,
  );
  return hashed.flat();
}
