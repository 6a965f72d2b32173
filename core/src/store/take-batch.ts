import { storeLayout } from './store-layout.ts';
import { SourceError, takeFile, type FileToTake, type TakenFile } from './take-file.ts';

/** Data, for another thread. */
export interface BatchToTake {
  readonly root: string;
  readonly intake: string;
  readonly files: readonly FileToTake[];
}

/** As far as it went. Errors lose their class and code on the way between threads, so they travel as data. */
export interface TakenBatch {
  readonly taken: readonly TakenFile[];
  /** Of the file after those. */
  readonly failure?: TakeFailure | undefined;
}

interface TakeFailure {
  /** Whether the file itself is to blame; otherwise the store is. */
  readonly ofSource: boolean;
  readonly code: string | undefined;
  readonly message: string;
}

export function takeBatch({ root, intake, files }: BatchToTake): TakenBatch {
  const places = { layout: storeLayout(root), intake };
  const taken: TakenFile[] = [];
  for (const file of files) {
    try {
      taken.push(takeFile(file, places));
    } catch (error) {
      return { taken, failure: describeFailure(error) };
    }
  }
  return { taken };
}

function describeFailure(error: unknown): TakeFailure {
  if (!(error instanceof Error)) return { ofSource: false, code: undefined, message: String(error) };
  const code = 'code' in error ? String(error.code) : undefined;
  return { ofSource: error instanceof SourceError, code, message: error.message };
}

/** The error that a failure was. */
export function errorOf({ ofSource, code, message }: TakeFailure): Error {
  if (ofSource) return new SourceError(message);
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}
