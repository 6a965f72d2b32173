import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { settle } from './sweep/check-place.ts';
import { decidedPoints, everyPoint, pointsOfEachKind, sample, type SweepKind } from './sweep/choose-points.ts';
import { compareOutcome } from './sweep/compare-outcome.ts';
import type { Lane } from './sweep/lane.ts';
import { operation, OPERATIONS, waysOf, type OperationName } from './sweep/operations.ts';
import { randomNumbers } from './sweep/random.ts';
import { runOperation } from './sweep/run-operation.ts';
import { runPowerLab, whyNoPowerCuts } from './sweep/run-power-lab.ts';
import { openSweep, type Sweep } from './sweep/run-sweep.ts';
import { killAgain } from './sweep/second-kills.ts';
import { listStore } from './sweep/state.ts';
import { describeFailure } from './sweep/sweep-table.ts';
import { tryPoint, type Point } from './sweep/try-point.ts';

// A few points of the sweeps that `npm run sweep:kill`, `sweep:errno` and `sweep:power` make in full.
const { KARAPACE_SWEEP_SEED = '1', KARAPACE_KILLS = '20' } = process.env;
const SEED = Number(KARAPACE_SWEEP_SEED);
/** In a row. */
const KILLS = Number(KARAPACE_KILLS);
const POINTS = 44;
const TWICE = 10;
const CUTS = 3;
/** Of a machine on which many others work. */
const TIMEOUT = 1_200_000;

const NAMES = Object.keys(OPERATIONS) as readonly OperationName[];

let sweep: Sweep;
beforeAll(async () => {
  console.error(`The sweeps' seed is ${SEED}; KARAPACE_SWEEP_SEED sets another`);
  sweep = await openSweep();
}, TIMEOUT);
afterAll(async () => sweep[Symbol.asyncDispose]());

/** What goes wrong at the points, with the command that shows it again. */
async function failuresOf(kind: SweepKind, points: readonly Point[]): Promise<readonly string[]> {
  const failures = await sweep.forEach(points, (point, lane) => tryPoint(point, lane, sweep.supervisor));
  return failures.filter((failure) => failure !== undefined).map((failure) => describeFailure(kind, failure));
}

function tracesOf(names: readonly OperationName[]) {
  return sweep.forEach(names, async (name, lane) => ({ name, trace: await lane.undisturbed(name) }));
}

async function choose(kind: SweepKind): Promise<readonly Point[]> {
  const all = await tracesOf(NAMES);
  const points = all.map(({ name, trace }) => pointsOfEachKind(name, trace, kind));
  return sample(points, POINTS, SEED);
}

async function everyPointOf(name: OperationName, action: string): Promise<readonly Point[]> {
  const [found] = await tracesOf([name]);
  const kind = action === 'kill' ? 'kill' : 'errno';
  const points = found === undefined ? [] : everyPoint(name, found.trace, kind);
  return points.filter(({ fault }) => fault.action === action);
}

/** What is wrong with a place in which nobody got to the end of an operation; and of how many files it had at most. */
async function killInARow(name: OperationName, lane: Lane) {
  const reference = await lane.undisturbed(name);
  const random = randomNumbers(SEED);
  await lane.reset(name);
  await runOperation(name, lane.place, sweep.supervisor);
  const whole = listStore(lane.place).length;
  await lane.reset(name);
  let largest = 0;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const fault = { action: 'kill', at: 1 + Math.floor(random() * reference.calls.length) };
    await runOperation(name, lane.place, { ...sweep.supervisor, fault });
    largest = Math.max(largest, listStore(lane.place).length);
  }
  const { problems, ...settled } = await settle(lane.place, waysOf(operation(name)));
  return { problems: [...problems, ...compareOutcome(settled, reference, operation(name))], largest, whole };
}

describe('whatever a store does', () => {
  test(
    'can be killed at any change: all or nothing of it is there, and nothing else is lost',
    { timeout: TIMEOUT },
    async () => {
      expect(await failuresOf('kill', await choose('kill'))).toEqual([]);
    },
  );

  test('can be killed again while somebody recovers', { timeout: TIMEOUT }, async () => {
    const all = await tracesOf(NAMES);
    const firsts = all.map(({ name, trace }) => decidedPoints(name, trace, 6));
    const pairs = await killAgain(sweep, sample(firsts, TWICE, SEED), 20);
    expect(await failuresOf('kill', sample(groupOf(pairs), TWICE, SEED))).toEqual([]);
  });

  test('can be killed again and again: what that leaves has a bound, and goes', { timeout: TIMEOUT }, async () => {
    const [found] = await sweep.forEach(['build'] as const, killInARow);
    expect(found?.problems).toEqual([]);
    expect(found?.largest).toBeLessThan(2 * (found?.whole ?? 0));
  });

  test('tells of every change that fails, or is done all the same', { timeout: TIMEOUT }, async () => {
    expect(await failuresOf('errno', await choose('errno'))).toEqual([]);
  });
});

describe('a sweep', () => {
  test('finds what is done in two parts', { timeout: TIMEOUT }, async () => {
    const failures = await failuresOf('kill', await everyPointOf('in-two-parts', 'kill'));
    expect(failures.join('\n')).toContain('not the old state');
  });

  test('finds what says that it is done after a sync that failed', { timeout: TIMEOUT }, async () => {
    const failures = await failuresOf('errno', await everyPointOf('not-synced', 'EIO'));
    expect(failures.join('\n')).toContain('says that it is done after a sync that failed');
  });
});

const reason = await whyNoPowerCuts();
if (reason !== undefined) console.error(`Skipped: power cuts: ${reason}`);

describe.skipIf(reason !== undefined)('a power cut', () => {
  test.for(['ext4', 'xfs'] as const)('on %s loses nothing that was reported', { timeout: TIMEOUT }, async (kind) => {
    const { code, output } = await runPowerLab(kind, CUTS, SEED);
    expect(output).toContain(`${CUTS} cuts`);
    expect({ code, output }).toMatchObject({ code: 0 });
  });
});

/** One list for each first kill, so that a sample has some of each. */
function groupOf(pairs: readonly Point[]): readonly (readonly Point[])[] {
  const groups = Map.groupBy(pairs, ({ operation, fault }) => `${operation} ${fault.at}`);
  return [...groups.values()];
}
