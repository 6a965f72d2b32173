import { fileURLToPath } from 'node:url';

import type { ObjectId } from '../contracts/ids.ts';
import { isWorthThreads, workInThreads } from './file-batches.ts';
import { hashBatch, type FileToHash } from './hash-batch.ts';

const sizeOf = ([, size]: FileToHash): number => size;

/** The objects of files, in their order; many files are shared out to threads. */
export async function hashFiles(files: readonly FileToHash[]): Promise<readonly ObjectId[]> {
  if (!isWorthThreads(files, sizeOf)) return hashBatch(files);
  const filename = fileURLToPath(import.meta.resolve('#hash-worker'));
  const inputOf = (batch: readonly FileToHash[]) => batch;
  return (await workInThreads(files, { filename, work: hashBatch, inputOf, sizeOf })).flat();
}
