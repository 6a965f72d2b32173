import type { ObjectId } from '../contracts/ids.ts';
import { hashFile } from '../store/hash-file.ts';

/** Path as a byte string, size in bytes. A pair, because thousands of them are copied between threads. */
export type FileToHash = readonly [path: string, size: number];

export function hashBatch(files: readonly FileToHash[]): readonly ObjectId[] {
  return files.map(([path, size]) => hashFile(path, size));
}
