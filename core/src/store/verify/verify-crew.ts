import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { hasRoomForThreads } from '../room-for-threads.ts';
import { addTally, emptyTally, type Tally } from './found.ts';
import { openVerifier, type VerifyPlace, type VerifyUnit } from './verify-unit.ts';
import type { SharedUnits } from './verify.worker.ts';

/** Looks at units, in threads where it takes long. */
export type VerifyCrew = (units: readonly VerifyUnit[]) => Promise<Tally>;

const THREADS = 4;
/** Milliseconds of work after which threads are worth their start. */
const LONG = 30;
/** A thread holds one file or one tree. */
const LIMITS = { maxYoungGenerationSizeMb: 2 };

export interface CrewPlace {
  readonly root: string;
  readonly staging: string;
  readonly owners: boolean;
}

export function verifyCrew({ root, owners, staging }: CrewPlace): VerifyCrew {
  const placeOf = (name: string): VerifyPlace => ({ root, owners, alias: path.join(staging, `alias-${name}`) });
  const verifyHere = openVerifier(placeOf('main'));
  let workers: readonly Worker[] = [];
  let spent = 0;

  function here(units: readonly VerifyUnit[]): Tally {
    const begun = performance.now();
    const sum = emptyTally();
    for (const unit of units) addTally(sum, verifyHere(unit));
    spent += performance.now() - begun;
    return sum;
  }

  return async (units) => {
    if (workers.length === 0 && (spent < LONG || !hasRoomForThreads())) return here(units);
    if (workers.length === 0) workers = startWorkers(placeOf);
    const shared: SharedUnits = { units, taken: new Int32Array(new SharedArrayBuffer(4)) };
    const sum = emptyTally();
    for (const tally of await Promise.all(workers.map((worker) => ask(worker, shared)))) addTally(sum, tally);
    return sum;
  };
}

function startWorkers(placeOf: (name: string) => VerifyPlace): readonly Worker[] {
  const file = fileURLToPath(import.meta.resolve('#verify-worker'));
  return Array.from({ length: THREADS }, (_, index) => {
    const worker = new Worker(file, { workerData: placeOf(`${index}`), resourceLimits: LIMITS });
    // The process ends when nobody asks it any more.
    worker.unref();
    return worker;
  });
}

async function ask(worker: Worker, shared: SharedUnits): Promise<Tally> {
  worker.ref();
  worker.postMessage(shared);
  const [tally] = (await once(worker, 'message')) as [Tally];
  worker.unref();
  return tally;
}
