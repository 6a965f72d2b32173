import { hasRoomForThreads } from '../store/room-for-threads.ts';

// Measured on real trees: below this many files or bytes, starting the threads costs more than they save.
const FILES_FOR_ONE_THREAD = 7_000;
const BYTES_FOR_ONE_THREAD = 256 * 1024 * 1024;
const BATCH_FILES = 128;
const BATCH_BYTES = 4 * 1024 * 1024;
const THREADS = 2;
/** A thread holds no more than a batch, so its garbage need not pile up. */
const LIMITS = { maxYoungGenerationSizeMb: 2 };

/** What work on many files is shared out by. */
export interface ThreadWork<File> {
  /** The module of the threads, and the function in it that works on a batch. */
  readonly filename: string;
  readonly name: string;
  readonly sizeOf: (file: File) => number;
}

export function isWorthThreads<File>(files: readonly File[], sizeOf: (file: File) => number): boolean {
  if (files.length <= FILES_FOR_ONE_THREAD && totalOf(files, sizeOf) <= BYTES_FOR_ONE_THREAD) return false;
  return hasRoomForThreads();
}

function totalOf<File>(files: readonly File[], sizeOf: (file: File) => number): number {
  return files.reduce((sum, file) => sum + sizeOf(file), 0);
}

/** Works on files in threads, batch by batch; the answers come in the order of the files' batches. */
export async function workInThreads<File, Input, Output>(
  files: readonly File[],
  { filename, name, sizeOf }: ThreadWork<File>,
  inputOf: (batch: readonly File[]) => Input,
): Promise<readonly Output[]> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina<Input, Output>({
    filename,
    name,
    minThreads: THREADS,
    maxThreads: THREADS,
    resourceLimits: LIMITS,
  });
  const batches = fileBatches(files, sizeOf);
  const outputs: Output[] = [];
  const pending = batches.entries();
  // Inputs are made when they are needed: all of them at once would take the room of the files once more.
  async function feed(): Promise<void> {
    for (const [index, batch] of pending) outputs[index] = await pool.run(inputOf(batch));
  }
  try {
    await Promise.all(Array.from({ length: THREADS + 1 }, feed));
    return outputs;
  } finally {
    await pool.destroy();
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
