import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../../contracts/ids.ts';
import type { GcOptions, GcPlan } from '../../contracts/garbage.ts';
import { KarapaceError } from '../../errors.ts';
import { withFileLock } from '../exclusive.ts';
import { sweepLogs } from '../log-store.ts';
import { commitDestroy } from '../journal/journal.ts';
import { sweepLeases, touch } from '../lease.ts';
import { withQuietEnvironment } from '../quiet-environment.ts';
import type { StoreCore } from '../store-core.ts';
import { isForgotten } from './list-environments.ts';
import { condemn, type Condemned } from './make-plan.ts';
import { describeRemoved, nothingRemoved, type Removed } from './removed.ts';
import { sweep, TakenIntoUse } from './sweep.ts';

const ATTEMPTS = 10;

type OnWait = ((holder: string) => void) | undefined;

/**
 * Removes what nothing needs. Two do not collect at once.
 *
 * @returns what was removed; of a dry run, what would be
 */
export async function collectGarbage(core: StoreCore, options: GcOptions, onWait: OnWait): Promise<GcPlan> {
  const { layout } = core;
  const removed = nothingRemoved();
  // Looking for what could go is no reason to make a store.
  if (!fs.existsSync(layout.format)) return tellOfNothing(removed, options);
  await core.prepare();
  const lock = path.join(layout.directory('locks'), '.gc');
  return withFileLock(lock, () => planAndSweep(core, { ...options, onWait, removed, lock }), {
    onWait,
    signal: options.signal,
  });
}

function tellOfNothing(removed: Removed, { onPlan }: GcOptions): GcPlan {
  const plan = describeRemoved(removed, []);
  onPlan?.(plan);
  return plan;
}

interface Collecting extends GcOptions {
  readonly onWait: OnWait;
  readonly removed: Removed;
  readonly lock: string;
}

async function planAndSweep(core: StoreCore, collecting: Collecting): Promise<GcPlan> {
  const { lock, removed, dryRun = false, onPlan } = collecting;
  const plans: GcPlan[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    await core.settle();
    // The lock's own file tells the file system's time without needing space for another.
    touch(lock);
    const condemned = await condemn(core, lock);
    onPlan?.(condemned.plan);
    if (dryRun) return condemned.plan;
    plans.push(condemned.plan);
    if (await isSwept(core, condemned, collecting)) return describeRemoved(removed, plans);
  }
  throw new KarapaceError('STORE_BUSY', 'The store is used too much for gc to find a quiet moment', {
    hint: 'Run it again when fewer builds run.',
  });
}

/** False where something that was condemned is in use again. */
async function isSwept(core: StoreCore, condemned: Condemned, collecting: Collecting): Promise<boolean> {
  const aside: string[] = [];
  sweepLeases(core.layout);
  try {
    for (const id of condemned.environments) await forget(core, id, collecting.removed);
    await sweep(core.layout, condemned, { ...collecting, onDiscarded: (directory) => aside.push(directory) });
    sweepLogs(core.layout);
    return true;
  } catch (error) {
    if (isTakenIntoUse(error)) return false;
    throw error;
  } finally {
    for (const directory of aside) await core.removeLeft(directory);
  }
}

function isTakenIntoUse(error: unknown): boolean {
  if (error instanceof TakenIntoUse) return true;
  return error instanceof KarapaceError && ['ENVIRONMENT_BUSY', 'ENVIRONMENT_NOT_FOUND'].includes(error.code);
}

/** Destroys an environment if nobody can miss it still. */
async function forget(core: StoreCore, id: EnvIdentity, removed: Removed): Promise<void> {
  await withQuietEnvironment(core, { id, intrusion: 'any' }, async ({ lock }) => {
    const discarded = await core.alone(async (place) => {
      if (!(await isForgotten(core, id))) throw new TakenIntoUse(id);
      return commitDestroy(place, id);
    });
    removed.ids.add(id);
    for (const directory of discarded) await core.remove(directory, lock.ids);
  });
}
