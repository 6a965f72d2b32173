import type { Probe } from './catalogue.ts';

/** Name to `success`, or to what stopped it. */
export type Outcomes = ReadonlyMap<string, string>;

const SUCCESS = 'success';

/** Reads what the program of the probes printed. @throws Error where it did not come to its end */
export function parseOutcomes(text: string): Outcomes {
  const lines = text.replaceAll('\r', '').trim().split('\n');
  if (lines.pop() !== 'end\tof probes') throw new Error(`The probes did not come to their end:\n${text}`);
  return new Map(lines.map((line) => line.split('\t') as [string, string]));
}

export interface Judgement {
  /** Refused here, and seen to succeed with the guard off. */
  readonly held: readonly string[];
  /** What got out. */
  readonly escaped: readonly string[];
  /** What this machine cannot show to be possible at all, with what stopped it: it says nothing about the guard. */
  readonly unproven: readonly string[];
}

/** Compares what happened inside with what happened without the guard. @throws Error for a probe that did not run */
export function judge(probes: readonly Probe[], inside: Outcomes, control: Outcomes): Judgement {
  const missing = probes.filter(({ name }) => !inside.has(name) || !control.has(name));
  if (missing.length > 0) throw new Error(`Not run: ${missing.map(({ name }) => name).join(' ')}`);
  const names = probes.map(({ name }) => name);
  const possible = new Set(names.filter((name) => control.get(name) === SUCCESS));
  return {
    held: names.filter((name) => possible.has(name) && inside.get(name) !== SUCCESS),
    escaped: names.filter((name) => inside.get(name) === SUCCESS),
    unproven: names.filter((name) => !possible.has(name)).map((name) => `${name} (${control.get(name)})`),
  };
}
