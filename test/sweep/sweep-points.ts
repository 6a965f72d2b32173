import { parseArgs } from 'node:util';

import {
  decidedPoints,
  everyPoint,
  pointsOfEachKind,
  pointsOfSweep,
  sample,
  type SweepKind,
  type Trace,
} from './choose-points.ts';
import { OPERATIONS, type OperationName } from './operations.ts';
import { killAgain } from './second-kills.ts';
import { openSweep, type Sweep } from './run-sweep.ts';
import { formatSweep, describeFailure, type Tried } from './sweep-table.ts';
import { tryPoint, type Failure, type Point } from './try-point.ts';

/** Of an operation, with `--twice`; and of the recovery from each. */
const FIRST_KILLS = 8;
const SECOND_KILLS = 16;

const NOTHING: Trace = { calls: [], openings: [] };
const NAMES = Object.keys(OPERATIONS) as readonly OperationName[];

/** Tries every point, or those that are asked for, prints a table, and gives the exit code. */
export async function sweepPoints(kind: SweepKind): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      at: { type: 'string' },
      action: { type: 'string' },
      points: { type: 'string', default: 'usual' },
      twice: { type: 'boolean', default: false },
      second: { type: 'string' },
      sample: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
    },
  });
  const names = (values.only ?? NAMES).map(checkName);
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  await using sweep = await openSweep(stop.signal);
  const traces = await traceAll(sweep, names);
  const choice = { ...values, kind };
  const all = names.map((name, index) => choosePoints(name, traces[index] ?? NOTHING, choice));
  const points = values.twice ? await chooseSecond(sweep, all) : all;
  const chosen =
    values.sample === undefined ? points.flat() : sample(points, Number(values.sample), Number(values.seed));
  if (values.sample !== undefined) console.error(`seed ${values.seed}`);
  const failures = await tryAll(sweep, kind, chosen);
  const tried = names.map((operation, index): Tried => {
    const own = chosen.filter((point) => point.operation === operation);
    return { operation, calls: traces[index]?.calls.length ?? 0, points: own };
  });
  console.log(formatSweep(kind, tried, failures));
  return failures.length === 0 ? 0 : 1;
}

function traceAll(sweep: Sweep, names: readonly OperationName[]): Promise<readonly Trace[]> {
  return sweep.forEach(names, async (name, lane) => lane.undisturbed(name));
}

interface Choice {
  readonly kind: SweepKind;
  /** `usual`; `every`; or `kinds`, one of those that look alike. */
  readonly points: string;
  /** Kill the recovery as well. */
  readonly twice: boolean;
  readonly second?: string | undefined;
  readonly at?: string | undefined;
  readonly action?: string | undefined;
}

function choosePoints(
  name: OperationName,
  trace: Trace,
  { kind, points, at, action, twice, second }: Choice,
): readonly Point[] {
  if (twice) return decidedPoints(name, trace, FIRST_KILLS);
  const list = at === undefined ? listOf(points) : everyPoint;
  const all = list(name, trace, kind);
  const asked = all.filter(
    ({ fault }) => (at === undefined || fault.at === Number(at)) && (action === undefined || fault.action === action),
  );
  return second === undefined
    ? asked
    : asked.map((point) => ({ ...point, second: { action: 'kill', at: Number(second) } }));
}

function listOf(points: string): typeof everyPoint {
  if (points === 'every') return everyPoint;
  return points === 'kinds' ? pointsOfEachKind : pointsOfSweep;
}

async function chooseSecond(
  sweep: Sweep,
  points: readonly (readonly Point[])[],
): Promise<readonly (readonly Point[])[]> {
  const chosen: (readonly Point[])[] = [];
  for (const each of points) chosen.push(await killAgain(sweep, each, SECOND_KILLS));
  return chosen;
}

async function tryAll(sweep: Sweep, kind: SweepKind, points: readonly Point[]): Promise<readonly Failure[]> {
  let done = 0;
  const failures = await sweep.forEach(points, async (point, lane) => {
    const failure = await tryPoint(point, lane, sweep.supervisor);
    done += 1;
    if (failure !== undefined) console.error(describeFailure(kind, failure));
    if (done % 100 === 0) console.error(`${done} of ${points.length}`);
    return failure;
  });
  return failures.filter((failure) => failure !== undefined);
}

function checkName(name: string): OperationName {
  const found = NAMES.find((known) => known === name);
  if (found === undefined) throw new Error(`\`${name}\` is no operation; there are ${NAMES.join(', ')}`);
  return found;
}
