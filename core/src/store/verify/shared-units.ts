import { addTally, emptyTally, type Tally } from './found.ts';
import type { VerifyUnit } from './verify-unit.ts';

/** A list of units that several threads take from, until none is left or it is time to answer. */
export interface SharedUnits {
  readonly units: readonly VerifyUnit[];
  /** One number: how many are taken; beyond the end, by those who found nothing left. */
  readonly taken: Int32Array;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** @param limit milliseconds; the first unit is taken whatever it is */
export function shareUnits(units: readonly VerifyUnit[], limit: number): SharedUnits {
  return { units, taken: new Int32Array(new SharedArrayBuffer(4)), until: Date.now() + limit };
}

/** Looks at one unit after the other that nobody else has taken. */
export function verifyShared({ units, taken, until }: SharedUnits, verify: (unit: VerifyUnit) => Tally): Tally {
  const sum = emptyTally();
  do {
    const unit = units[Atomics.add(taken, 0, 1)];
    if (unit === undefined) break;
    addTally(sum, verify(unit));
  } while (Date.now() < until);
  return sum;
}
