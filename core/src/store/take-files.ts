import { fileURLToPath } from 'node:url';

import { isWorthThreads, workInThreads } from '../build/file-batches.ts';
import { fileToTake, refuseCommitted, type FileWithBytes, type IngestWorkshop } from './ingested-file.ts';
import { errorOf, takeBatch, type BatchToTake, type TakenBatch } from './take-batch.ts';
import { SourceError, type TakenFile } from './take-file.ts';

export type TakeFilesOptions = Pick<IngestWorkshop, 'source' | 'layout' | 'intake'>;

const sizeOf = ({ entry }: FileWithBytes): number => entry.size;

/** Takes files, in their order; many are shared out to threads. */
export async function takeFiles(
  files: readonly FileWithBytes[],
  options: TakeFilesOptions,
): Promise<readonly TakenFile[]> {
  const taken: TakenFile[] = [];
  for (const batch of await takeBatches(files, options)) {
    for (const each of batch.taken) taken.push(each);
    if (batch.failure === undefined) continue;
    const error = errorOf(batch.failure);
    const path = files[taken.length]?.entry.path ?? '';
    throw error instanceof SourceError ? refuseCommitted(path, error) : error;
  }
  return taken;
}

async function takeBatches(
  files: readonly FileWithBytes[],
  { source, layout, intake }: TakeFilesOptions,
): Promise<readonly TakenBatch[]> {
  const inputOf = (batch: readonly FileWithBytes[]): BatchToTake => {
    return { root: layout.root, intake, files: batch.map((file) => fileToTake(source, file)) };
  };
  if (!isWorthThreads(files, sizeOf)) return [takeBatch(inputOf(files))];
  const filename = fileURLToPath(import.meta.resolve('#take-worker'));
  return workInThreads(files, { filename, work: takeBatch, inputOf, sizeOf });
}
