import type { Context } from '../context.ts';
import { spellOperand, type Operand } from './operand.ts';
import type { Option } from './option.ts';

/** One command of the command line: what help says of it, and what runs. */
export interface Verb {
  readonly name: string;
  readonly operands: readonly Operand[];
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly options: readonly Option[];
  readonly examples: readonly string[];
  /** What is said, beside the usage, when an operand is missing or too many. */
  readonly advice?: string | undefined;
  /** Everything after the first operand, or after `--`, is another program's command line. Default: there is none. */
  readonly child?: 'optional' | 'required';
  /** Imported only when it is the one that runs. */
  readonly load: () => Promise<Action>;
}

/** @returns the exit code */
export type Action = (invocation: Invocation, context: Context) => Promise<number>;

export interface Invocation {
  readonly operands: readonly string[];
  /** By the option's long name; a flag that was not given is not here. */
  readonly options: Readonly<Record<string, string | true | undefined>>;
  /** The other program's command line, as it was typed. */
  readonly child: readonly string[];
}

/** What follows the name: `<env> -- <command...>`. */
export function spellOperands({ operands, child }: Pick<Verb, 'operands' | 'child'>): string {
  const words = operands.map(spellOperand);
  if (child === 'required') words.push('-- <command...>');
  if (child === 'optional') words.push('[-- <command...>]');
  return words.join(' ');
}
