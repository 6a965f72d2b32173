import type { TreeDigest } from '../../contracts/ids.ts';
import type { StorePart, StoreProblem } from '../../contracts/verify.ts';
import { hasCode } from '../system-error.ts';
import type { ByteString } from '../tree-entry.ts';

/** A finding, before it is known whom it concerns. */
export interface Found {
  /** Relative to the store. */
  readonly file: ByteString;
  readonly part: StorePart;
  readonly problem: StoreProblem;
  readonly reason: string;
  /** The tree that misses it. */
  readonly by?: TreeDigest | undefined;
}

/** What a look at a part of the store came to. */
export interface Tally {
  /** What is there, well or not; what is missing or foreign is only found. */
  checked: number;
  bytes: number;
  readonly found: Found[];
}

export function emptyTally(): Tally {
  return { checked: 0, bytes: 0, found: [] };
}

export function addTally(sum: Tally, { checked, bytes, found }: Tally): void {
  sum.checked += checked;
  sum.bytes += bytes;
  for (const each of found) sum.found.push(each);
}

/** What is said of a file that the system refused to read, or that is something else than it should be. */
export function problemOf(error: unknown): Pick<Found, 'problem' | 'reason'> {
  if (hasCode(error, 'ELOOP', 'ENXIO', 'ENODEV', 'EISDIR')) return { problem: 'damaged', reason: NOT_A_FILE };
  if (hasCode(error, 'ENOTDIR')) return { problem: 'damaged', reason: 'what is above it is no directory' };
  return { problem: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
}

export const NOT_A_FILE = 'it is not a file';
export const STRANGER = 'nothing of this name belongs there';
