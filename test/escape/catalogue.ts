import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One thing that a command in an environment may try. */
export interface Probe {
  readonly name: string;
  /** The end of a sentence that starts "A command cannot"; "can" where there is no guard. */
  readonly tries: string;
  /** Each of them alone keeps it away, and without all of them it succeeds; none for what real programs do and must be able to. */
  readonly guards: readonly string[];
  /** What it is about: a sentence. */
  readonly group: string;
}

export const PROBES_DIRECTORY = path.join(import.meta.dirname, 'probes');

const PROBE = /^PROBE\((\w+), "([^"]+)", "([^"]+)"\)/u;
/** `WRITES(name, "/path", "tries", "guards")`: a macro that ends as `PROBE` does. */
const SHORT = /^[A-Z]+\((\w+), .*"([^"]+)", "([^"]+)"\)$/u;
const USUAL = /^USUAL\((\w+), "([^"]+)"\)/u;
const GROUP = /^\/\* (.+?) \*\/$/mu;

/** Every probe, as the sources of the program that runs them have it. */
export function readCatalogue(): readonly Probe[] {
  return readSources()
    .flatMap(probesIn)
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** Paths of `/dev` that a probe opens. */
export function readDevices(): readonly string[] {
  return readSources().flatMap((source) =>
    [...source.matchAll(/"(\/dev\/\w[^"%]*)"/gu)].map(([, device = '']) => device),
  );
}

function readSources(): readonly string[] {
  const files = readdirSync(PROBES_DIRECTORY).filter((name) => name.endsWith('.c'));
  return files.toSorted().map((name) => readFileSync(path.join(PROBES_DIRECTORY, name), 'utf8'));
}

function probesIn(source: string): readonly Probe[] {
  const [, group = ''] = GROUP.exec(source) ?? [];
  return source.split('\n').flatMap((line) => {
    const [, name, tries = '', guards] = PROBE.exec(line) ?? SHORT.exec(line) ?? USUAL.exec(line) ?? [];
    return name === undefined ? [] : [{ name, tries, guards: guards?.split(', ') ?? [], group }];
  });
}
