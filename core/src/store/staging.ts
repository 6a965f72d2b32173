import fs from 'node:fs';
import path from 'node:path';

import { listJournal } from './journal/journal.ts';
import { noteHolder, tryFileLock, type FileLock } from './file-lock.ts';
import type { StoreLayout } from './store-layout.ts';
import { uniqueName } from './unique-name.ts';
import { removeFile } from './remove-file.ts';

/** The part of `tmp/` that belongs to this process and to the helpers that inherit its lock. */
export interface Staging {
  readonly directory: string;
  /** The descriptor that keeps it from being swept. */
  readonly lock: FileLock;
}

const LOCK_SUFFIX = '.lock';

function openStaging(layout: StoreLayout): Staging {
  for (;;) {
    const directory = path.join(layout.directory('tmp'), uniqueName());
    // The lock comes before the directory, so that no sweep ever sees a directory of a living process without it.
    const lock = tryFileLock(directory + LOCK_SUFFIX);
    if (lock === undefined) continue;
    try {
      noteHolder(lock);
      fs.mkdirSync(directory);
    } catch (error) {
      closeStaging({ directory, lock });
      throw error;
    }
    return { directory, lock };
  }
}

/** Ends the claim. A directory that is still there is the next sweep's. */
function closeStaging({ directory, lock }: Staging): void {
  try {
    if (!fs.existsSync(directory)) removeFile(directory + LOCK_SUFFIX);
  } finally {
    lock.close();
  }
}

/** This process's staging, made at first use. */
export interface LazyStaging {
  get(): Staging;
  /** Removes it, if it was made and `remove` can. */
  close(remove: (directory: string) => void): void;
}

export function lazyStaging(layout: StoreLayout): LazyStaging {
  let staging: Staging | undefined;
  return {
    get: () => (staging ??= openStaging(layout)),
    close(remove) {
      if (staging === undefined) return;
      // What a decided change still needs may lie here: whoever comes next finishes that first, and removes it then.
      if (listJournal(layout).length === 0) remove(staging.directory);
      closeStaging(staging);
      staging = undefined;
    },
  };
}

export interface Sweep {
  /** Finishes what the dead decided. Called once an owner is known to be dead: what he decided may need what he left. */
  readonly recover: () => Promise<void>;
  readonly remove: (directory: string) => Promise<void>;
}

/** Removes what dead processes left in `tmp/`, and nothing of the living. */
export async function sweepStaging(layout: StoreLayout, actions: Sweep): Promise<void> {
  const tmp = layout.directory('tmp');
  const names = fs.readdirSync(tmp);
  for (const name of names.filter((each) => !each.endsWith(LOCK_SUFFIX))) {
    await sweep(path.join(tmp, name), actions);
  }
  for (const name of names.filter((each) => each.endsWith(LOCK_SUFFIX))) removeLoneLock(path.join(tmp, name));
}

async function sweep(left: string, { recover, remove }: Sweep): Promise<void> {
  const isOwned = fs.existsSync(left + LOCK_SUFFIX);
  const lock = isOwned ? tryFileLock(left + LOCK_SUFFIX) : undefined;
  if (isOwned && lock === undefined) return;
  try {
    await recover();
    await remove(left);
    removeFile(left + LOCK_SUFFIX);
  } finally {
    lock?.close();
  }
}

function removeLoneLock(file: string): void {
  if (!fs.existsSync(file) || fs.existsSync(file.slice(0, -LOCK_SUFFIX.length))) return;
  const lock = tryFileLock(file);
  if (lock === undefined) return;
  // Its owner may have made the directory since, and ended.
  if (!fs.existsSync(file.slice(0, -LOCK_SUFFIX.length))) removeFile(file);
  lock.close();
}
