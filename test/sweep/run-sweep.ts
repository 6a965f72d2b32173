import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { compile } from './compile.ts';
import { openLane, type Known, type Lane } from './lane.ts';
import type { Supervisor } from './run-operation.ts';

export interface SweepOptions {
  /** Points that are tried at the same time. Default 2. */
  readonly lanes?: number;
  readonly signal?: AbortSignal;
}

/** Places to try points in, a few at a time. Disposal removes them. */
export interface Sweep extends AsyncDisposable {
  readonly supervisor: Supervisor;
  /** Gives each item to the next lane that is free; the results are in the items' order. Stops where it is told to. */
  forEach<T, R>(items: readonly T[], action: (item: T, lane: Lane) => Promise<R>): Promise<readonly R[]>;
}

export async function openSweep({ lanes: count = 2, signal }: SweepOptions = {}): Promise<Sweep> {
  const directory = fs.mkdtempSync(path.join(memoryDirectory(), 'karapace-sweep-'));
  const remove = (): void => fs.rmSync(directory, { recursive: true, force: true });
  try {
    const supervisor = { program: compile('fault-supervisor', directory), cache: path.join(directory, 'cache') };
    const known: Known = new Map();
    const lanes: Lane[] = [];
    for (let index = 0; index < count; index += 1) {
      lanes.push(await openLane(path.join(directory, `lane${index}`), supervisor, known));
    }
    return {
      supervisor,
      forEach: (items, action) => shareOut(items, lanes, { action, signal }),
      [Symbol.asyncDispose]: async () => remove(),
    };
  } catch (error) {
    remove();
    throw error;
  }
}

interface Sharing<T, R> {
  readonly action: (item: T, lane: Lane) => Promise<R>;
  readonly signal: AbortSignal | undefined;
}

async function shareOut<T, R>(
  items: readonly T[],
  lanes: readonly Lane[],
  { action, signal }: Sharing<T, R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const work = async (lane: Lane): Promise<void> => {
    for (const [index, item] of queue) {
      if (signal?.aborted === true) return;
      results[index] = await action(item, lane);
    }
  };
  await Promise.all(lanes.map(work));
  return results;
}

/** In memory every sync is quick; what a sync is worth, cutting the power shows. */
function memoryDirectory(): string {
  try {
    fs.accessSync('/dev/shm', fs.constants.W_OK | fs.constants.X_OK);
    return '/dev/shm';
  } catch {
    return os.tmpdir();
  }
}
