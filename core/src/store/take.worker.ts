import { storeLayout } from './store-layout.ts';
import { takeBatchOf, type TakenBatch } from './take-batch.ts';
import type { FileToTake } from './take-file.ts';

export interface BatchToTake {
  readonly root: string;
  readonly intake: string;
  readonly files: readonly FileToTake[];
}

/** What a worker thread does with one batch. */
export function takeBatch({ root, intake, files }: BatchToTake): TakenBatch {
  return takeBatchOf(files, { layout: storeLayout(root), intake });
}
