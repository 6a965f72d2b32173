import type { VerifyOptions } from '../../contracts/verify.ts';
import { addTally, emptyTally, type Tally } from './found.ts';
import type { VerifyUnit } from './verify-unit.ts';

export type AskUnits = (units: readonly VerifyUnit[]) => Promise<Tally>;

/** So many are asked for at first; more, as long as the answers come quickly. */
const FIRST = 4;
const FACTOR = 4;
/** Milliseconds between two signs of life. */
const SLICE = 1000;

/** Has units looked at slice by slice, so that it can be stopped, and somebody sees that it goes on. */
export async function verifyUnits(
  units: readonly VerifyUnit[],
  ask: AskUnits,
  { signal, onProgress }: VerifyOptions,
): Promise<Tally> {
  const sum = emptyTally();
  let size = FIRST;
  for (let next = 0; next < units.length;) {
    signal?.throwIfAborted();
    const begun = performance.now();
    addTally(sum, await ask(units.slice(next, next + size)));
    onProgress?.({ checked: sum.checked, bytes: sum.bytes });
    next += size;
    const spent = performance.now() - begun;
    if (spent < SLICE / FACTOR) size *= FACTOR;
    else if (spent > SLICE * 2) size = Math.max(1, Math.floor(size / 2));
  }
  return sum;
}
