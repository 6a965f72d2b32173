import type { OperationName } from './operations.ts';
import type { Failure, Point } from './try-point.ts';

export interface Tried {
  readonly operation: OperationName;
  /** Changes that it makes undisturbed. */
  readonly calls: number;
  /** Of the operation, and of the recovery from it. */
  readonly points: readonly Point[];
}

/** A line for each operation, then what went wrong and how to see it again. */
export function formatSweep(kind: string, tried: readonly Tried[], failures: readonly Failure[]): string {
  const rows = tried.map(({ operation, calls, points }) => {
    const own = failures.filter(({ point }) => point.operation === operation);
    return [operation, String(calls), ...countOf(points, own)];
  });
  const all = tried.flatMap(({ points }) => points);
  const table = [
    ['operation', 'calls', 'points', 'in recovery', 'failures'],
    ...rows,
    ['all', '', ...countOf(all, failures)],
  ];
  return [...table.map(formatRow), ...failures.map((failure) => describeFailure(kind, failure))].join('\n');
}

function countOf(points: readonly Point[], failures: readonly Failure[]): readonly string[] {
  const inRecovery = points.filter(({ second }) => second !== undefined).length;
  return [points.length - inRecovery, inRecovery, failures.length].map(String);
}

export function formatRow([name = '', ...numbers]: readonly string[]): string {
  return name.padEnd(20) + numbers.map((number) => number.padStart(12)).join('');
}

export function describeFailure(kind: string, { point, call, problems }: Failure): string {
  return `\n${howToRepeat(kind, point)}   # ${call}\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
}

function howToRepeat(kind: string, { operation, fault, second: after }: Point): string {
  const action = ` --action ${fault.action}`;
  const second = after === undefined ? '' : ` --second ${after.at}`;
  return `npm run sweep:${kind} -- --only ${operation} --at ${fault.at}${action}${second}`;
}
