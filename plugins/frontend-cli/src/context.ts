import type { Output } from './output/output.ts';

/** What a command is given of the world. */
export interface Context {
  readonly output: Output;
  readonly environment: NodeJS.ProcessEnv;
  /** Absolute: where the person stands. */
  readonly directory: string;
  /** The value of `--store`. */
  readonly store: string | undefined;
}
