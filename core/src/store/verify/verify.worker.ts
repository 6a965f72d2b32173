import { parentPort, workerData } from 'node:worker_threads';

import { addTally, emptyTally } from './found.ts';
import { openVerifier, type VerifyPlace, type VerifyUnit } from './verify-unit.ts';

// A thread that takes one unit after the other from a list that others take from too.

export interface SharedUnits {
  readonly units: readonly VerifyUnit[];
  /** One number: how many are taken. */
  readonly taken: Int32Array;
}

const verify = openVerifier(workerData as VerifyPlace);

parentPort?.on('message', ({ units, taken }: SharedUnits) => {
  const tally = emptyTally();
  for (let next = Atomics.add(taken, 0, 1); next < units.length; next = Atomics.add(taken, 0, 1)) {
    addTally(tally, verify(units[next] ?? ''));
  }
  parentPort?.postMessage(tally);
});
