import type { VerifyOptions } from '../../contracts/verify.ts';
import { addTally, emptyTally, type Tally } from './found.ts';
import type { VerifyUnit } from './verify-unit.ts';

export interface VerifiedUnits extends Tally {
  /** How many of the units that were asked for, from the first on; at least one of them. */
  readonly units: number;
}

export type AskUnits = (units: readonly VerifyUnit[]) => Promise<VerifiedUnits>;

/** Has units looked at. An answer comes after a second at most, so that it can be stopped, and somebody sees that it goes on. */
export async function verifyUnits(
  units: readonly VerifyUnit[],
  ask: AskUnits,
  { signal, onProgress }: VerifyOptions,
): Promise<Tally> {
  const sum = emptyTally();
  for (let next = 0; next < units.length;) {
    signal?.throwIfAborted();
    const answer = await ask(units.slice(next));
    addTally(sum, answer);
    next += answer.units;
    onProgress?.({ checked: sum.checked, bytes: sum.bytes });
  }
  return sum;
}
