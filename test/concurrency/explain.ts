import { meaningOf, type Meaning, type Universe } from './meaning.ts';
import { EMPTY, keyOfState, type ModelState } from './model.ts';
import type { Recorded } from './record.ts';
import { refusalOf } from './refusal.ts';

// Looks for an order of moments, one for each thing that was done or seen, in which everything that anybody was told is true:
// the search of Wing and Gong, with Lowe's memory of what was tried. What was only seen is never a choice: the first moment
// at which it is true is as good as any.

interface Claim extends Meaning {
  readonly record: Recorded;
}

/** How far each process is: its claim, which effects of it happened and which facts were found true. */
interface Lane {
  readonly at: number;
  readonly effects: number;
  readonly facts: number;
}

interface Node {
  readonly state: ModelState;
  readonly lanes: readonly Lane[];
}

const START: Lane = { at: 0, effects: 0, facts: 0 };
/** One mistake can make everything after it fail. */
const MOST_SHOWN = 5;
const MOST_NODES = 3_000_000;

/** What is wrong with a history; nothing where it can be explained. */
export function explain(history: readonly Recorded[], universe: Universe): readonly string[] {
  const { claims, problems } = claimsOf(history, universe);
  if (problems.length > 0) return problems.slice(0, MOST_SHOWN);
  const isDone = ({ lanes }: Node) => lanes.every(({ at }, process) => at === claims[process]?.length);
  const tried = new Set<string>();
  const first = settle({ state: EMPTY, lanes: claims.map(() => START) }, claims);
  const stack = [first];
  let furthest = first;
  while (stack.length > 0) {
    const node = stack.pop() as Node;
    if (isDone(node)) return [];
    const key = keyOf(node);
    if (tried.has(key)) continue;
    if (tried.add(key).size > MOST_NODES) return ['the history is too ambiguous to be explained'];
    if (progressOf(node) > progressOf(furthest)) furthest = node;
    stack.push(...nextNodes(node, claims));
  }
  return [describe(furthest, claims)];
}

function claimsOf(history: readonly Recorded[], universe: Universe) {
  const problems: string[] = [];
  const claims: Claim[][] = [];
  for (const record of history.toSorted((left, right) => left.start - right.start)) {
    const { answer, process } = record;
    claims[process] ??= [];
    if ('bug' in answer) problems.push(`${show(record)} is no answer`);
    else if ('told' in answer) claims[process].push({ record, ...meaningOf(record, answer.told, universe) });
    else {
      const fact = refusalOf(record, answer.refused, answer.message);
      if (fact === undefined) problems.push(`${show(record)} is no documented refusal`);
      else claims[process].push({ record, facts: [fact], effects: [], inOrder: true });
    }
  }
  return { claims: Array.from(claims, (each) => each ?? []), problems };
}

type Claims = readonly (readonly Claim[])[];

/** The time before which everything that begins must be over before another thing begins. */
function frontier({ lanes }: Node, claims: Claims): number {
  return Math.min(...lanes.map(({ at }, process) => claims[process]?.[at]?.record.end ?? Infinity));
}

/** Takes note of all that is true now, and goes on where nothing is left to be explained. */
function settle(node: Node, claims: Claims): Node {
  let current = node;
  for (;;) {
    const until = frontier(current, claims);
    const lanes = current.lanes.map((lane, process) => {
      const claim = claims[process]?.[lane.at];
      if (claim === undefined || claim.record.start > until) return lane;
      const facts = claim.facts.reduce(
        (seen, fact, bit) => (fact(current.state) ? seen | (1 << bit) : seen),
        lane.facts,
      );
      const isOver = facts === full(claim.facts) && lane.effects === full(claim.effects);
      if (isOver) return { ...START, at: lane.at + 1 };
      return facts === lane.facts ? lane : { ...lane, facts };
    });
    if (lanes.every((lane, process) => lane === current.lanes[process])) return current;
    current = { ...current, lanes };
  }
}

function full(list: readonly unknown[]): number {
  return (1 << list.length) - 1;
}

/** The likeliest last: what ends first mostly happened first. */
function nextNodes(node: Node, claims: Claims): readonly Node[] {
  const until = frontier(node, claims);
  const started = node.lanes.flatMap((lane, process) => {
    const claim = claims[process]?.[lane.at];
    return claim === undefined || claim.record.start > until ? [] : [{ lane, process, claim }];
  });
  return started
    .toSorted((left, right) => right.claim.record.end - left.claim.record.end)
    .flatMap(({ lane, process, claim }) => {
      const undone = claim.effects.map((_, bit) => bit).filter((bit) => (lane.effects & (1 << bit)) === 0);
      return (claim.inOrder ? undone.slice(0, 1) : undone).flatMap((bit) => {
        const state = claim.effects[bit]?.(node.state);
        if (state === undefined) return [];
        const lanes = node.lanes.with(process, { ...lane, effects: lane.effects | (1 << bit) });
        return [settle({ state, lanes }, claims)];
      });
    });
}

function keyOf({ state, lanes }: Node): string {
  return `${lanes.map(({ at, effects, facts }) => `${at}.${effects}.${facts}`).join()} ${keyOfState(state)}`;
}

function progressOf({ lanes }: Node): number {
  return lanes.reduce((sum, { at }) => sum + at, 0);
}

function describe(node: Node, claims: Claims): string {
  const until = frontier(node, claims);
  const open = node.lanes
    .flatMap(({ at }, process) => claims[process]?.[at] ?? [])
    .filter(({ record }) => record.start <= until)
    .map(({ record }) => `  ${show(record)}`);
  const before = node.lanes
    .flatMap(({ at }, process) => claims[process]?.slice(Math.max(at - 2, 0), at) ?? [])
    .toSorted((left, right) => left.record.end - right.record.end)
    .map(({ record }) => `  ${show(record)}`);
  return [
    `no order explains one of\n${open.join('\n')}`,
    `after\n${before.join('\n')}`,
    `with\n  ${keyOfState(node.state).split(' ').join('\n  ')}`,
  ].join('\n');
}

function show({ process, asked, answer, start, end }: Recorded): string {
  return `${process} ${Math.round(start / 1e3)}-${Math.round(end / 1e3)} ${JSON.stringify(asked)} ${JSON.stringify(answer)}`;
}
