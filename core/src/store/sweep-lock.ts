import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { readNote, noteHolder, tryFileLock, trySharedLock, type FileLock } from './file-lock.ts';
import { describeHolder } from './process-identity.ts';
import type { StoreLayout } from './store-layout.ts';

// gc removes objects, trees and layers in short moments during which nobody may come to rely on one: whoever gives
// something content that the store has already holds the same lock together with others.

const PAUSE = 5;

function sweepLockFile(layout: StoreLayout): string {
  return path.join(layout.directory('locks'), '.sweep');
}

/** Runs an action during which gc removes nothing. For the processes that work on trees, which do one thing at a time. */
export function withoutSweep<T>(layout: StoreLayout, action: () => T): T {
  const lock = waitShared(layout);
  try {
    return action();
  } finally {
    lock.close();
  }
}

/** The same, for an action that has threads work for it. */
export async function withoutSweepUntil<T>(layout: StoreLayout, action: () => Promise<T>): Promise<T> {
  const lock = waitShared(layout);
  try {
    return await action();
  } finally {
    lock.close();
  }
}

function waitShared(layout: StoreLayout): FileLock {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const lock = trySharedLock(sweepLockFile(layout));
    if (lock !== undefined) return lock;
    Atomics.wait(cell, 0, 0, PAUSE);
  }
}

/** As `withoutSweep`, for a process that has other things to do meanwhile. */
export async function whileNoSweep<T>(layout: StoreLayout, action: () => T): Promise<T> {
  for (;;) {
    const lock = trySharedLock(sweepLockFile(layout));
    if (lock === undefined) {
      await setTimeout(PAUSE);
      continue;
    }
    try {
      return action();
    } finally {
      lock.close();
    }
  }
}

/** Runs an action of gc while nobody relies on what he finds. Short actions only. */
export async function sweepAlone<T>(
  layout: StoreLayout,
  action: () => T,
  onWait?: (holder: string) => void,
): Promise<T> {
  const file = sweepLockFile(layout);
  let hasTold = false;
  for (;;) {
    const lock = tryFileLock(file);
    if (lock !== undefined) {
      try {
        noteHolder(lock);
        return action();
      } finally {
        lock.close();
      }
    }
    if (!hasTold) onWait?.(describeHolder(readNote(file)));
    hasTold = true;
    await setTimeout(PAUSE);
  }
}
