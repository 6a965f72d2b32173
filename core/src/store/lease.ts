import fs from 'node:fs';
import path from 'node:path';

import { isFileLocked, noteHolder, tryFileLock } from './file-lock.ts';
import { listStoreDirectory } from './list-directory.ts';
import { corruptRecord } from './record-file.ts';
import type { StoreLayout } from './store-layout.ts';
import { hasCode } from './system-error.ts';
import { uniqueName } from './unique-name.ts';
import { removeFile } from './remove-file.ts';

/** While one is held, gc keeps whatever this process makes or finds. */
export interface LeaseHolder {
  readonly isHeld: () => boolean;
  readonly holding: <T>(action: () => Promise<T>) => Promise<T>;
}

export function leaseHolder(layout: StoreLayout): LeaseHolder {
  let held = 0;
  return {
    isHeld: () => held > 0,
    async holding(action) {
      const lease = openLease(layout);
      held += 1;
      try {
        return await action();
      } finally {
        held -= 1;
        lease.end();
      }
    },
  };
}

interface Lease {
  end(): void;
}

function openLease(layout: StoreLayout): Lease {
  for (;;) {
    const file = path.join(layout.directory('leases'), uniqueName());
    const lock = tryFileLock(file);
    // A sweep may have come between the making of the file and its lock.
    if (lock === undefined) continue;
    const end = (): void => {
      try {
        removeFile(file);
      } finally {
        lock.close();
      }
    };
    try {
      noteHolder(lock);
    } catch (error) {
      end();
      throw error;
    }
    return { end };
  }
}

const LEASE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isLeaseName(name: string): boolean {
  return LEASE.test(name);
}

interface FoundLease {
  readonly file: string;
  readonly mtimeNs: bigint;
}

/** @throws KarapaceError `STORE_CORRUPT` naming what is no lease: whose it is and what it keeps is not known */
function listLeases(layout: StoreLayout): readonly FoundLease[] {
  const directory = layout.directory('leases');
  return listStoreDirectory(directory).flatMap((name) => {
    const file = path.join(directory, name);
    const stats = fs.lstatSync(file, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return [];
    if (!isLeaseName(name) || !stats.isFile()) throw corruptRecord(file, 'it is no lease');
    return [{ file, mtimeNs: stats.mtimeNs }];
  });
}

/**
 * When the oldest lease that somebody holds began, in nanoseconds by the file system's clock.
 *
 * @throws KarapaceError `STORE_CORRUPT`
 */
export function oldestLease(layout: StoreLayout): bigint | undefined {
  const held = listLeases(layout).filter(({ file }) => isFileLocked(file));
  const begun = held.map(({ mtimeNs }) => mtimeNs);
  return begun.reduce<bigint | undefined>(
    (oldest, each) => (oldest === undefined || each < oldest ? each : oldest),
    undefined,
  );
}

/** Removes the leases of the dead. */
export function sweepLeases(layout: StoreLayout): void {
  for (const { file } of listLeases(layout)) {
    const lock = tryFileLock(file);
    if (lock === undefined) continue;
    removeFile(file);
    lock.close();
  }
}

/** Tells gc that a file is wanted. */
export function touch(file: string): void {
  const now = new Date();
  try {
    fs.utimesSync(file, now, now);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
