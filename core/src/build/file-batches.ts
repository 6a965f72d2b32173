import { setImmediate } from 'node:timers/promises';

import { hasRoomForThreads } from '../store/room-for-threads.ts';

// Measured on real trees: below this many files or bytes, starting the threads costs more than they save.
const FILES_FOR_ONE_THREAD = 7_000;
const BYTES_FOR_ONE_THREAD = 256 * 1024 * 1024;
const BATCH_FILES = 128;
const BATCH_BYTES = 4 * 1024 * 1024;
/** Batches that are with the thread or on their way to it, so that it never waits. */
const AHEAD = 2;

/** What work on many files is shared out by. */
export interface ThreadWork<File, Input, Output> {
  /** The module of the other thread. */
  readonly filename: string;
  /** What it does with a batch, for this thread. */
  readonly work: (input: Input) => Output;
  readonly inputOf: (batch: readonly File[]) => Input;
  readonly sizeOf: (file: File) => number;
}

export function isWorthThreads<File>(files: readonly File[], sizeOf: (file: File) => number): boolean {
  if (files.length <= FILES_FOR_ONE_THREAD && totalOf(files, sizeOf) <= BYTES_FOR_ONE_THREAD) return false;
  return hasRoomForThreads();
}

function totalOf<File>(files: readonly File[], sizeOf: (file: File) => number): number {
  return files.reduce((sum, file) => sum + sizeOf(file), 0);
}

/**
 * Works on files in this thread and another, batch by batch; the answers come in the order of the files' batches. Measured:
 * two others beside this one take as much processor time, and 19 MB more.
 */
export async function workInThreads<File, Input, Output>(
  files: readonly File[],
  { filename, work, inputOf, sizeOf }: ThreadWork<File, Input, Output>,
): Promise<readonly Output[]> {
  const { startBatchThread } = await import('./batch-thread.ts');
  const thread = startBatchThread<Input, Output>(filename);
  const batches = fileBatches(files, sizeOf);
  const outputs: Output[] = [];
  const pending = batches.entries();
  // Inputs are made when they are needed: all of them at once would take the room of the files once more.
  async function feed(): Promise<void> {
    for (const [index, batch] of pending) outputs[index] = await thread.run(inputOf(batch));
  }
  async function workHere(): Promise<void> {
    for (const [index, batch] of pending) {
      outputs[index] = work(inputOf(batch));
      // So that answers of the other thread are seen, and it gets more.
      await setImmediate();
    }
  }
  try {
    await Promise.all([...Array.from({ length: AHEAD }, feed), workHere()]);
    return outputs;
  } finally {
    await thread.close();
  }
}

/** Cuts a list into batches that are worth a message each. */
function fileBatches<File>(files: readonly File[], sizeOf: (file: File) => number): readonly (readonly File[])[] {
  const batches: File[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    const size = sizeOf(file);
    const last = batches.at(-1);
    if (last === undefined || last.length === BATCH_FILES || bytes + size > BATCH_BYTES) {
      batches.push([file]);
      bytes = size;
    } else {
      last.push(file);
      bytes += size;
    }
  }
  return batches;
}
