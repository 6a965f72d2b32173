import { pathToFileURL } from 'node:url';

import type { SourcePlace } from '../errors.ts';

/** The topmost line of an error's stack that lies in a file; the file alone where there is none. */
export function placeInStack(error: unknown, file: string): SourcePlace {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const line of stack.split('\n')) {
    const name = [pathToFileURL(file).href, file].find((candidate) => line.includes(`${candidate}:`));
    const numbers =
      name === undefined ? null : /^:(\d+)(?::(\d+))?/.exec(line.slice(line.indexOf(`${name}:`) + name.length));
    if (numbers === null) continue;
    const [, row, column] = numbers;
    return { file, line: Number(row), column: column === undefined ? undefined : Number(column) };
  }
  return { file };
}
