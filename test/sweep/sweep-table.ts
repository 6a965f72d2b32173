import type { OperationName } from './operations.ts';
import type { Failure, Point } from './try-point.ts';

export interface Tried {
  readonly operation: OperationName;
  /** Changes that it makes undisturbed. */
  readonly calls: number;
  readonly points: readonly Point[];
}

/** A line for each operation, then what went wrong and how to see it again. */
export function formatSweep(kind: string, tried: readonly Tried[], failures: readonly Failure[]): string {
  const rows = tried.map(({ operation, calls, points }) => {
    const failed = failures.filter(({ point }) => point.operation === operation).length;
    return [operation, String(calls), String(points.length), String(failed)];
  });
  const total = tried.reduce((sum, { points }) => sum + points.length, 0);
  const table = [
    ['operation', 'calls', 'points', 'failures'],
    ...rows,
    ['all', '', String(total), String(failures.length)],
  ];
  return [...table.map(formatRow), ...failures.map((failure) => describeFailure(kind, failure))].join('\n');
}

function formatRow([name = '', ...numbers]: readonly string[]): string {
  return name.padEnd(20) + numbers.map((number) => number.padStart(10)).join('');
}

export function describeFailure(kind: string, { point, call, problems }: Failure): string {
  return `\n${howToRepeat(kind, point)}   # ${call}\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
}

function howToRepeat(kind: string, { operation, fault, second: after }: Point): string {
  const action = ` --action ${fault.action}`;
  const second = after === undefined ? '' : ` --second ${after.at}`;
  return `npm run sweep:${kind} -- --only ${operation} --at ${fault.at}${action}${second}`;
}
