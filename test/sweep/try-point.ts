import { settle } from './check-place.ts';
import { compareOutcome, compareRecovered } from './compare-outcome.ts';
import type { Lane, Undisturbed } from './lane.ts';
import { operation, waysOf, type Operation, type OperationName } from './operations.ts';
import { runOperation, type Fault, type Run, type Supervisor } from './run-operation.ts';
import { same, type Settled } from './check-place.ts';

/** One fault in one operation. */
export interface Point {
  readonly operation: OperationName;
  readonly fault: Fault;
  /** What is killed in turn in the recovery that follows. */
  readonly second?: Fault | undefined;
}

export interface Failure {
  readonly point: Point;
  /** The call that was hit, as it shows in the store. */
  readonly call: string;
  readonly problems: readonly string[];
}

/** Disturbs an operation at one point, lets the next one who comes recover, and compares; `undefined` where all is well. */
export async function tryPoint(point: Point, lane: Lane, supervisor: Supervisor): Promise<Failure | undefined> {
  const { operation: name, fault } = point;
  const reference = await lane.undisturbed(name);
  await lane.reset(name);
  const run = await runOperation(name, lane.place, { ...supervisor, fault });
  const second = point.second === undefined ? [] : await disturbRecovery(point.second, { name, lane, supervisor });
  const problems = [...judgeRun(run, fault), ...second, ...(await judgePlace(point, { lane, reference, run }))];
  if (problems.length === 0) return undefined;
  const hit = run.calls.find(({ isFault }) => isFault);
  return { point, call: hit === undefined ? 'none' : `${hit.call} ${hit.path}`, problems };
}

/** What comes next and finishes what was stopped. */
export function recoveryOf(name: OperationName): OperationName {
  return operation(name).isDoneAgain === true ? name : 'gc';
}

async function disturbRecovery(
  fault: Fault,
  { name, lane, supervisor }: { readonly name: OperationName; readonly lane: Lane; readonly supervisor: Supervisor },
): Promise<readonly string[]> {
  return judgeRun(await runOperation(recoveryOf(name), lane.place, { ...supervisor, fault }), fault);
}

/** What an operation may say: nothing where it was killed itself, else that it worked, or an error that people understand. */
function judgeRun({ answer, code, stderr, calls }: Run, { action }: Fault): readonly string[] {
  const hit = calls.find(({ isFault }) => isFault);
  if (action === 'kill' && hit !== undefined) return code === 137 ? [] : [`killed, and ended with ${code}`];
  if (action === 'alone' && code === 137) return [];
  if (answer === undefined) return [`ended with ${code}, without a word: ${stderr.slice(0, 300)}`];
  if ('bug' in answer) return [answer.bug.split('\n').slice(0, 8).join(' | ')];
  const isLie = 'done' in answer && hit !== undefined && /sync/u.test(hit.call) && action !== 'kill';
  return isLie ? ['says that it is done after a sync that failed'] : [];
}

/** `verify-store` is asked at one point of so many. */
const THOROUGH = 16;

interface Circumstances {
  readonly lane: Lane;
  readonly reference: Undisturbed;
  readonly run: Run;
}

async function judgePlace({ operation: name, fault, second }: Point, { lane, reference, run }: Circumstances) {
  const isDone = run.answer !== undefined && 'done' in run.answer;
  const thorough = fault.at % THOROUGH === 0;
  try {
    // What such a place comes to is known.
    if (!thorough && second === undefined && lane.isUntouched(name))
      return isDone ? kept(reference.before, reference, operation(name)) : [];
    const { problems, ...found } = await settle(lane.place, { ...waysOf(operation(name)), thorough });
    if (second !== undefined) return [...problems, ...compareRecovered(found, reference)];
    return [
      ...problems,
      ...compareOutcome(found, reference, operation(name)),
      ...(isDone ? kept(found, reference, operation(name)) : []),
    ];
  } catch (error) {
    return [`cannot be used any more: ${error instanceof Error ? error.stack : String(error)}`];
  }
}

/** What was reported as done is there. */
function kept(found: Settled, { before, after }: Undisturbed, { keepsInDoubt }: Operation): readonly string[] {
  const isKept = (each: Settled): boolean => same(found.state.environments, each.state.environments);
  return isKept(after) || (keepsInDoubt === true && isKept(before)) ? [] : ['says that it is done, and it is not'];
}
