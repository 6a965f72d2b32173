import type { LifeNote } from './power-life.ts';
import type { State } from './state.ts';

/** What was reported before the power went. */
export interface Reported {
  /** The last state that was reported, or found the last time. */
  readonly state: State;
  readonly loose: readonly string[];
  /** What was begun and not reported as done. */
  readonly begun: readonly Begun[];
}

export interface Begun {
  readonly deed: string;
  readonly subject: string;
}

/** Follows what a life says, from what was there when it began. */
export function followLife(before: State, notes: readonly LifeNote[]): Reported {
  let reported: Reported = { state: before, loose: namesIn(before), begun: [] };
  for (const note of notes) {
    if ('begin' in note) reported = { ...reported, begun: [{ deed: note.begin, subject: note.subject }] };
    else reported = { state: note.state, loose: note.loose, begun: [] };
  }
  return reported;
}

interface Described {
  readonly names: readonly string[];
  readonly state: string;
  readonly upper: readonly string[] | null;
}

/** What was reported and is lost or changed after the power is back. */
export function judgeCut({ state, loose, begun }: Reported, found: State): readonly string[] {
  const problems: string[] = [];
  for (const [id, text] of Object.entries(state.environments)) {
    const before = JSON.parse(text) as Described;
    const other = found.environments[id];
    if (other === undefined) {
      if (!begun.some((each) => mayBeGone(before, each))) problems.push(`${before.names.join()} ${id} is lost`);
      continue;
    }
    const after = JSON.parse(other) as Described;
    if (begun.some((each) => concerns(before, each) || concerns(after, each))) continue;
    const isLoose = before.names.length === 0 || before.names.some((name) => loose.includes(name));
    const [left, right] = [before, after].map((each) => JSON.stringify(isLoose ? { ...each, upper: null } : each));
    if (left !== right) problems.push(`${before.names.join()} was ${left} and is ${right}`);
  }
  for (const [project, lock] of Object.entries(state.projects)) {
    if (begun.some(({ deed, subject }) => project === subject || deed === 'mend')) continue;
    if (found.projects[project] !== lock) problems.push(`the lock of ${project} was ${lock}`);
  }
  return problems;
}

function mayBeGone({ names }: Described, { deed, subject }: Begun): boolean {
  if (deed === 'destroy') return names.includes(subject);
  return deed === 'gc' && names.length === 0;
}

function concerns({ names }: Described, { deed, subject }: Begun): boolean {
  if (deed === 'mend') return true;
  return names.some((name) => name === subject || name === `${subject}-away`);
}

function namesIn({ environments }: State): readonly string[] {
  return Object.values(environments).flatMap((text) => (JSON.parse(text) as Described).names);
}
