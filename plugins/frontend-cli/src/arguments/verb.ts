import type { Context } from '../context.ts';
import type { Option } from './option.ts';

/** One command of the command line: what help says of it, and what runs. */
export interface Verb {
  readonly name: string;
  /** What follows the name: `[manifest]`, `<env>`. */
  readonly operands: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly options: readonly Option[];
  readonly examples: readonly string[];
  /** What is said, beside the usage, when an operand is missing or too many. */
  readonly advice?: string | undefined;
  /** Everything after the first operand is another program's command line. */
  readonly isLauncher: boolean;
  /** Imported only when it is the one that runs. */
  readonly load: () => Promise<Action>;
}

/** @returns the exit code */
export type Action = (invocation: Invocation, context: Context) => Promise<number>;

export interface Invocation {
  readonly operands: readonly string[];
  /** By the option's long name; a flag that was not given is not here. */
  readonly options: Readonly<Record<string, string | true | undefined>>;
  /** What follows the first operand of a launcher, as it was typed. */
  readonly child: readonly string[];
}
