import { same, without, type Settled } from './check-place.ts';
import type { Operation } from './operations.ts';
import type { State } from './state.ts';

/** The two places that an operation is between. */
export interface Reference {
  readonly before: Settled;
  readonly after: Settled;
}

/** Whether an operation that was stopped left all or nothing of what it does; in words where it did not. */
export function compareOutcome(found: Settled, reference: Reference, { outcome }: Operation): readonly string[] {
  const { before, after } = reference;
  const problems = outcome === 'parts' ? compareParts(found.state, reference) : compareWhole(found.state, reference);
  for (const [project, lock] of Object.entries(found.state.projects)) {
    if (lock !== before.state.projects[project] && lock !== after.state.projects[project]) {
      return [...problems, `the manifest and the lock of ${project} are neither the old ones nor the new ones`];
    }
  }
  if (problems.length > 0) return problems;
  const match = [before, after].find(({ state }) => same(state, found.state));
  return match === undefined ? [] : compareCollected(found, match);
}

/** The same where gc was at work already: what it leaves must be what it leaves of one of the two. */
export function compareRecovered(found: Settled, { before, after }: Reference): readonly string[] {
  const match = [before, after].find(({ collected }) =>
    same(sorted(collected.environments), sorted(found.collected.environments)),
  );
  if (match === undefined)
    return compareWhole(found.collected, { before: collectedOf(before), after: collectedOf(after) });
  return same(match.collected.projects, found.collected.projects) ? compareCollected(found, match) : [];
}

function collectedOf(settled: Settled): Settled {
  return { ...settled, state: settled.collected };
}

/** A found place is compared with the reference it is like; gc must then leave exactly what it leaves there. */
function compareCollected(found: Settled, like: Settled): readonly string[] {
  const problems = same(found.collected, like.collected) ? [] : ['gc took something else than usually'];
  const lost = without(like.residue, found.residue).map((name) => `gc took ${name}`);
  const left = without(found.residue, like.residue).map((name) => `gc left ${name}`);
  return [...problems, ...lost.slice(0, 5), ...left.slice(0, 5)];
}

function compareWhole({ environments }: State, { before, after }: Reference): readonly string[] {
  const candidates = [before.state.environments, after.state.environments];
  if (candidates.some((each) => same(sorted(each), sorted(environments)))) return [];
  return candidates.map(
    (each, index) => `not the ${index === 0 ? 'old' : 'new'} state: ${differences(each, environments)}`,
  );
}

function compareParts({ environments }: State, { before, after }: Reference): readonly string[] {
  const [old, now] = [before.state.environments, after.state.environments];
  const lost = Object.keys(now).filter((id) => id in old && !(id in environments));
  const strange = Object.entries(environments).filter(([id, text]) => text !== old[id] && text !== now[id]);
  return [...lost.map((id) => `${id} is lost`), ...strange.map(([id]) => `${id} is neither old nor new`)];
}

function sorted(environments: State['environments']): unknown {
  return Object.entries(environments).toSorted(([left], [right]) => (left < right ? -1 : 1));
}

function differences(expected: State['environments'], found: State['environments']): string {
  const ids = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...ids]
    .filter((id) => expected[id] !== found[id])
    .map((id) => `${id.slice(0, 8)} ${lineThatDiffers(expected[id], found[id])}`)
    .join(', ');
}

function lineThatDiffers(expected: string | undefined, found: string | undefined): string {
  if (found === undefined) return 'is missing';
  if (expected === undefined) return 'is there';
  const lines = expected.split('\n');
  const at = found.split('\n').findIndex((line, index) => line !== lines[index]);
  return `has ${found.split('\n')[at]?.trim()}, not ${lines[at]?.trim()}`;
}
