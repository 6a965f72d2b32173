import { fileURLToPath } from 'node:url';

import { isWorthThreads, workInThreads } from '../build/file-batches.ts';
import type { StoreLayout } from './store-layout.ts';
import { errorOf, takeBatchOf, type TakenBatch } from './take-batch.ts';
import { SourceError, type FileToTake, type TakenFile } from './take-file.ts';
import type { BatchToTake } from './take.worker.ts';

export interface TakeFilesOptions {
  readonly layout: StoreLayout;
  readonly intake: string;
  /** The error for the file at an index that cannot be taken. */
  readonly refuse: (index: number, cause: SourceError) => Error;
}

const sizeOf = ({ identity }: FileToTake): number => Number(identity.size);

/** Takes files, in their order; many are shared out to threads. */
export async function takeFiles(
  files: readonly FileToTake[],
  options: TakeFilesOptions,
): Promise<readonly TakenFile[]> {
  const taken: TakenFile[] = [];
  for (const batch of await takeBatches(files, options)) {
    taken.push(...batch.taken);
    if (batch.failure === undefined) continue;
    const error = errorOf(batch.failure);
    throw error instanceof SourceError ? options.refuse(taken.length, error) : error;
  }
  return taken;
}

async function takeBatches(
  files: readonly FileToTake[],
  { layout, intake }: TakeFilesOptions,
): Promise<readonly TakenBatch[]> {
  if (!isWorthThreads(files, sizeOf)) return [takeBatchOf(files, { layout, intake })];
  const filename = fileURLToPath(import.meta.resolve('#take-worker'));
  const { root } = layout;
  return workInThreads<FileToTake, BatchToTake, TakenBatch>(
    files,
    { filename, name: 'takeBatch', sizeOf },
    (batch) => ({ root, intake, files: batch }),
  );
}
