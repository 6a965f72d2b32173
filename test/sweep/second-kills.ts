import { runOperation } from './run-operation.ts';
import type { Sweep } from './run-sweep.ts';
import { spread } from './choose-points.ts';
import { recoveryOf, type Point } from './try-point.ts';

/** Points at which the recovery from others is killed in turn; so many for each. */
export async function killAgain(sweep: Sweep, firsts: readonly Point[], count: number): Promise<readonly Point[]> {
  const pairs = await sweep.forEach(firsts, async (first, lane) => {
    await lane.reset(first.operation);
    await runOperation(first.operation, lane.place, { ...sweep.supervisor, fault: first.fault });
    const { calls } = await runOperation(recoveryOf(first.operation), lane.place, sweep.supervisor);
    const moments = spread(
      calls.map((_, index) => index + 1),
      count,
    );
    return moments.map((at): Point => ({ ...first, second: { action: 'kill', at } }));
  });
  return pairs.flat();
}
