import { isTerminal } from './is-terminal.ts';
import { wrapProse } from './wrap-prose.ts';
import { writeNote, writeResult } from './write-safely.ts';

export interface OutputOptions {
  readonly json: boolean;
  /** What happens is told as NDJSON on stdout, before the result. Default false. */
  readonly events?: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly trace: boolean;
}

/** Where a command says things: results to stdout, everything for people to stderr. */
export interface Output extends OutputOptions {
  /** Writes a result to stdout. */
  readonly print: (text: string) => void;
  /** Writes one versioned object to stdout. */
  readonly printJson: (value: unknown) => void;
  /** Writes a line for people to stderr. */
  readonly note: (text: string) => void;
  /** Colours text where stderr shows colours. */
  readonly style: (format: Format, text: string) => string;
}

export type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Raised when the form of anything that `--json` prints changes. */
export const JSON_FORMAT = 1;

export function createOutput(options: OutputOptions): Output {
  return {
    ...options,
    print: (text) => writeResult(`${fitTo(1, text)}\n`),
    printJson: (value) => writeResult(`${JSON.stringify(value)}\n`),
    note: (text) => writeNote(`${fitTo(2, text)}\n`),
    style(format, text) {
      const { styleText } = process.getBuiltinModule('node:util');
      return styleText(format, text, { stream: process.stderr, validateStream: true });
    },
  };
}

/** Narrower terminals than this get what there is. */
const FEWEST_COLUMNS = 40;

/** For a terminal, broken where it ends; a file or a program gets the lines as they are. */
function fitTo(descriptor: 1 | 2, text: string): string {
  if (text.length <= FEWEST_COLUMNS || !isTerminal(descriptor)) return text;
  const { columns } = descriptor === 1 ? process.stdout : process.stderr;
  return columns < FEWEST_COLUMNS ? text : wrapProse(text, columns);
}
