import type { ObjectId } from '../contracts/ids.ts';
import { hashFile } from '../store/hash-file.ts';
import type { FileToHash } from './hash-pool.ts';

/** What a worker thread does with one batch. */
export function hashBatch(files: readonly FileToHash[]): readonly ObjectId[] {
  return files.map(([path, size]) => hashFile(path, size));
}
