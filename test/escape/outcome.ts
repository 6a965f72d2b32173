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
  /** Refused here, and seen to succeed without its guards. */
  readonly held: readonly string[];
  /** What got out. */
  readonly escaped: readonly string[];
  /** What real programs do, and could not, with what stopped it. */
  readonly hindered: readonly string[];
}

/** Compares what happened inside with what happened without the guards. @throws Error for a probe that did not run */
export function judge(probes: readonly Probe[], inside: Outcomes, control: Outcomes): Judgement {
  const missing = probes.filter(({ name, guards }) => !inside.has(name) || (guards.length > 0 && !control.has(name)));
  if (missing.length > 0) throw new Error(`Not run: ${missing.map(({ name }) => name).join(' ')}`);
  const happens = ({ name }: Probe) => inside.get(name) === SUCCESS;
  const [guarded, usual] = [
    probes.filter(({ guards }) => guards.length > 0),
    probes.filter(({ guards }) => guards.length === 0),
  ];
  return {
    held: namesOf(guarded.filter((probe) => control.get(probe.name) === SUCCESS && !happens(probe))),
    escaped: namesOf(guarded.filter(happens)),
    hindered: usual.filter((probe) => !happens(probe)).map(({ name }) => `${name} (${inside.get(name)})`),
  };
}

/** Controls that did not succeed, with what stopped them: they say nothing about a guard. */
export function findUnproven(control: Outcomes): readonly string[] {
  return [...control].flatMap(([name, outcome]) => (outcome === SUCCESS ? [] : [`${name} ${outcome}`]));
}

function namesOf(probes: readonly Probe[]): readonly string[] {
  return probes.map(({ name }) => name);
}
