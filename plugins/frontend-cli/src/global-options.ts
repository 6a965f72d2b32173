import type { Option } from './arguments/option.ts';

/** What every verb takes. */
export const GLOBAL_OPTIONS: readonly Option[] = [
  { flags: '--store <directory>', summary: 'Use the store in this directory', kind: 'directory' },
  { flags: '--json', summary: 'Print the result, or the error, as one JSON object on stdout' },
  { flags: '-v, --verbose', summary: 'Show what build steps print' },
  { flags: '--trace', summary: 'Show every stage, and the stack of an error' },
  { flags: '-q, --quiet', summary: 'Say nothing but results, warnings and errors' },
  { flags: '-h, --help', summary: 'Explain the command' },
  { flags: '-V, --version', summary: 'Print the version' },
];
