import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { hasRoomForThreads } from '../room-for-threads.ts';
import { addTally, type Tally } from './found.ts';
import { shareUnits, verifyShared, type SharedUnits } from './shared-units.ts';
import { openVerifier, type VerifyPlace, type VerifyUnit } from './verify-unit.ts';
import type { VerifiedUnits } from './verify-units.ts';

/** Those who verify: this thread, and others where it takes long. */
export interface VerifyCrew {
  /** Looks at units for about a second, in which this thread does nothing else. */
  verify(units: readonly VerifyUnit[]): Promise<VerifiedUnits>;
  /** Ends the other threads. */
  close(): Promise<void>;
}

const LIMIT = 1000;
/** Milliseconds of work after which another thread is worth its start. */
const LONG = 4;
/** Blocks of 512 bytes from a disk, after which there are threads that wait for it. */
const COLD = 4096;
/** So many, beside this one. */
const WAITING = 4;
/** A thread holds one file or one tree. */
const LIMITS = { maxYoungGenerationSizeMb: 2 };

export interface CrewPlace {
  /** Of the store; `.` where this process is in it: paths are short then, and found sooner. */
  readonly root: string;
  readonly staging: string;
  readonly owners: boolean;
}

/**
 * Measured: one thread per processor, of which this is one, is the fastest where nobody waits for a disk; four others take half
 * again as long, since each compiles everything anew.
 */
export function verifyCrew(place: CrewPlace): VerifyCrew {
  const placeOf = placesIn(place);
  const verifyHere = openVerifier(placeOf('main'));
  const most = hasRoomForThreads() ? WAITING : 0;
  const read = process.resourceUsage().fsRead;
  const workers: Worker[] = [];
  let spent = 0;
  let due = LONG;

  /** Threads that there should be by now; looked into less and less often. */
  function wanted(): number {
    if (spent < due) return 0;
    due = spent * 2;
    const isCold = process.resourceUsage().fsRead - read > COLD;
    return Math.min(most, isCold ? WAITING : os.availableParallelism() - 1);
  }

  async function verify(units: readonly VerifyUnit[]): Promise<VerifiedUnits> {
    const shared = shareUnits(units, LIMIT);
    const others = workers.map((worker) => ask(worker, shared));
    const own = verifyShared(shared, (unit) => {
      const begun = process.uptime();
      const tally = verifyHere(unit);
      spent += (process.uptime() - begun) * 1000;
      for (let missing = wanted() - workers.length; missing > 0; missing -= 1) {
        const worker = startWorker(placeOf(`${workers.length}`));
        workers.push(worker);
        others.push(ask(worker, shared));
      }
      return tally;
    });
    for (const tally of await Promise.all(others)) addTally(own, tally);
    return { ...own, units: Math.min(Atomics.load(shared.taken, 0), units.length) };
  }

  return {
    verify,
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };
}

function placesIn({ root, owners, staging }: CrewPlace): (name: string) => VerifyPlace {
  return (name) => ({ root, owners, alias: path.join(staging, `alias-${name}`) });
}

/**
 * Has units looked at while this thread does something else. It helps with what is left when it calls what is given, which
 * tells what was found.
 */
export function verifyBeside(place: CrewPlace, units: readonly VerifyUnit[]): () => Promise<Tally> {
  const placeOf = placesIn(place);
  const shared = shareUnits(units, Number.POSITIVE_INFINITY);
  const count = hasRoomForThreads() ? os.availableParallelism() - 1 : 0;
  const workers = Array.from({ length: count }, (_, index) => startWorker(placeOf(`${index}`)));
  const outcome = Promise.all(workers.map((worker) => ask(worker, shared)));
  // They would keep their memory, also where nobody asks for the outcome any more.
  const end = (): void => workers.forEach((worker) => void worker.terminate());
  outcome.then(end, end);
  return async () => {
    const own = verifyShared(shared, openVerifier(placeOf('main')));
    for (const tally of await outcome) addTally(own, tally);
    return own;
  };
}

function startWorker(place: VerifyPlace): Worker {
  const file = fileURLToPath(import.meta.resolve('#verify-worker'));
  const worker = new Worker(file, { workerData: place, resourceLimits: LIMITS });
  // The process ends when nobody asks it any more.
  worker.unref();
  return worker;
}

async function ask(worker: Worker, shared: SharedUnits): Promise<Tally> {
  worker.ref();
  worker.postMessage(shared);
  const [tally] = (await once(worker, 'message')) as [Tally];
  worker.unref();
  return tally;
}
