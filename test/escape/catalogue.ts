import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One thing that a command in an environment may try. */
export interface Probe {
  readonly name: string;
  /** The end of a sentence that starts "A command cannot". */
  readonly tries: string;
  /** What keeps it from it. */
  readonly guard: string;
}

export const PROBES_DIRECTORY = path.join(import.meta.dirname, 'probes');

const DIRECT = /^PROBE\((\w+), "([^"]+)", ([A-Z_]+|"[^"]+")\)/gmu;
const LISTED = /^([A-Z]+)\((\w+), .*"([^"]+)"\)$/gmu;

/** Every probe, as the sources of the program that runs them have it. */
export function readCatalogue(): readonly Probe[] {
  const files = readdirSync(PROBES_DIRECTORY).filter((name) => name.endsWith('.c'));
  return files
    .toSorted()
    .flatMap((name) => probesIn(readFileSync(path.join(PROBES_DIRECTORY, name), 'utf8')))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function probesIn(source: string): readonly Probe[] {
  const words = new Map(
    [...source.matchAll(/^#define ([A-Z_]+) "(.+)"$/gmu)].map(([, name, text]) => [name, text ?? '']),
  );
  const direct = [...source.matchAll(DIRECT)].map(([, name = '', tries = '', guard = '']) => ({
    name,
    tries,
    guard: words.get(guard) ?? guard.replaceAll('"', ''),
  }));
  // `WRITES(name, path, what)`: its definition names the guard.
  const listed = [...source.matchAll(LISTED)].map(([, macro = '', name = '', tries = '']) => {
    const guard = new RegExp(`^#define ${macro}\\(.*\\n? *PROBE\\(name, what, ([A-Z_]+)\\)`, 'mu').exec(source)?.[1];
    return { name, tries, guard: words.get(guard) ?? '' };
  });
  return [...direct, ...listed.filter(({ guard }) => guard !== '')];
}
