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
    print: (text) => writeResult(`${text}\n`),
    printJson: (value) => writeResult(`${JSON.stringify(value)}\n`),
    note: (text) => writeNote(`${text}\n`),
    style(format, text) {
      const { styleText } = process.getBuiltinModule('node:util');
      return styleText(format, text, { stream: process.stderr, validateStream: true });
    },
  };
}
