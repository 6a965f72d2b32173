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

/** Of each operation; and of the recovery from each of them. */
const FIRST_KILLS = 4;
const SECOND_KILLS = 16;

const NAMES = Object.keys(OPERATIONS) as readonly OperationName[];

/** Tries every point, or those that are asked for, prints a table, and gives the exit code. */
export async function sweepPoints(kind: SweepKind): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      at: { type: 'string' },
      action: { type: 'string' },
      points: { type: 'string', default: 'usual' },
      second: { type: 'string' },
      sample: { type: 'string' },
      part: { type: 'string', default: '1/1' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      lanes: { type: 'string', default: '2' },
    },
  });
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  await using sweep = await openSweep({ lanes: Number(values.lanes), signal: stop.signal });
  const traced = await traceAll(sweep, (values.only ?? NAMES).map(checkName));
  const points = await chooseAll(sweep, traced, { ...values, kind });
  const all = values.sample === undefined ? points.flat() : sample(points, Number(values.sample), Number(values.seed));
  const chosen = partOf(all, values.part);
  if (values.sample !== undefined) console.error(`seed ${values.seed}`);
  const { points: tried, failures } = await tryAll(sweep, kind, chosen);
  const rows = traced.map(({ name, trace }): Tried => {
    const own = tried.filter(({ operation }) => operation === name);
    return { operation: name, calls: trace.calls.length, points: own };
  });
  console.log(formatSweep(kind, rows, failures));
  if (tried.length < chosen.length) console.log(`Stopped: ${chosen.length - tried.length} points were not tried`);
  return failures.length === 0 && tried.length === chosen.length ? 0 : 1;
}

/** `2/3`: every third item, from the second. All parts together are all items, as long as nothing changes. */
function partOf<T>(items: readonly T[], part: string): readonly T[] {
  const [number = 0, count = 0] = part.split('/').map(Number);
  if (!(number >= 1 && number <= count)) throw new Error(`\`${part}\` is no part of a sweep, as \`2/3\` is`);
  return items.filter((_, index) => index % count === number - 1);
}

interface Traced {
  readonly name: OperationName;
  readonly trace: Trace;
}

function traceAll(sweep: Sweep, names: readonly OperationName[]): Promise<readonly Traced[]> {
  return sweep.forEach(names, async (name, lane) => ({ name, trace: await lane.undisturbed(name) }));
}

interface Choice {
  readonly kind: SweepKind;
  /** `usual`; `every`; `kinds`, one of those that look alike; or `twice`, kills in recoveries alone. */
  readonly points: string;
  /** Kill the recovery there as well. */
  readonly second?: string | undefined;
  readonly at?: string | undefined;
  readonly action?: string | undefined;
}

/** A list for each operation, and one for the recoveries from it. */
async function chooseAll(
  sweep: Sweep,
  traced: readonly Traced[],
  choice: Choice,
): Promise<readonly (readonly Point[])[]> {
  const { kind, points, at, action } = choice;
  const first = points === 'twice' ? [] : traced.map((each) => choosePoints(each, choice));
  const isWhole = at === undefined && action === undefined;
  const withRecovery = kind === 'kill' && (points === 'twice' || (points === 'usual' && isWhole));
  return withRecovery ? [...first, ...(await chooseSecond(sweep, traced))] : first;
}

function choosePoints({ name, trace }: Traced, { kind, points, at, action, second }: Choice): readonly Point[] {
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

async function chooseSecond(sweep: Sweep, traced: readonly Traced[]): Promise<readonly (readonly Point[])[]> {
  const chosen: (readonly Point[])[] = [];
  for (const { name, trace } of traced) {
    chosen.push(await killAgain(sweep, decidedPoints(name, trace, FIRST_KILLS), SECOND_KILLS));
  }
  return chosen;
}

interface TriedPoints {
  readonly points: readonly Point[];
  readonly failures: readonly Failure[];
}

async function tryAll(sweep: Sweep, kind: SweepKind, points: readonly Point[]): Promise<TriedPoints> {
  const tried: Point[] = [];
  const failures: Failure[] = [];
  await sweep.forEach(points, async (point, lane) => {
    const failure = await tryPoint(point, lane, sweep.supervisor);
    tried.push(point);
    if (failure !== undefined) failures.push(failure);
    if (failure !== undefined) console.error(describeFailure(kind, failure));
    if (tried.length % 100 === 0) console.error(`${tried.length} of ${points.length}`);
  });
  return { points: tried, failures };
}

function checkName(name: string): OperationName {
  const found = NAMES.find((known) => known === name);
  if (found === undefined) throw new Error(`\`${name}\` is no operation; there are ${NAMES.join(', ')}`);
  return found;
}
