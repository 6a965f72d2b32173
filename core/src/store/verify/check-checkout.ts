import fs from 'node:fs';

import type { TreeDigest } from '../../contracts/ids.ts';
import { hasCode } from '../system-error.ts';
import { below, systemPath } from '../system-path.ts';
import type { ByteString, TreeEntry } from '../tree-entry.ts';
import { compareEntry, type EntryPlace } from './compare-entry.ts';
import type { ObjectTools } from './check-object.ts';
import { problemOf, STRANGER, type Found, type Tally } from './found.ts';

export interface CheckoutOf {
  readonly digest: TreeDigest;
  readonly entries: readonly TreeEntry[];
  /** Of each entry's object; 0 where there is none. */
  readonly inodes: BigUint64Array;
}

/** So many paths of one checkout are named; it is made again as a whole. */
const NAMED = 20;

/** Compares a checkout with its tree; what shares an object's inode is as whole as the object. */
export function checkCheckout(tally: Tally, { digest, entries, inodes }: CheckoutOf, tools: ObjectTools): void {
  const directory = `checkouts/${digest}`;
  const location = below(tools.root, directory);
  const before = inodeOf(location);
  if (before === undefined) return;
  const own: Tally = { checked: 0, bytes: 0, found: [] };
  entries.forEach((entry, index) => {
    own.checked += 1;
    const difference = look(entry, { location, inode: inodes[index] ?? 0n }, { tally: own, tools });
    if (difference !== undefined)
      own.found.push({ file: below(directory, entry.path), part: 'checkout', ...difference });
  });
  for (const path of strangers(location, entries)) {
    own.found.push({ file: below(directory, path), part: 'checkout', problem: 'foreign', reason: STRANGER });
  }
  // Taken away as a whole meanwhile, it was not damaged.
  if (inodeOf(location) !== before) return;
  tally.checked += own.checked - own.found.filter(({ problem }) => problem === 'missing').length;
  tally.bytes += own.bytes;
  tally.found.push(...shorten(own.found));
}

function inodeOf(location: ByteString): bigint | undefined {
  return fs.lstatSync(systemPath(location), { bigint: true, throwIfNoEntry: false })?.ino;
}

function shorten(found: readonly Found[]): readonly Found[] {
  const last = found[NAMED - 1];
  if (last === undefined || found.length === NAMED) return found;
  const rest = `${last.reason}; so are ${found.length - NAMED} others of the same checkout`;
  return [...found.slice(0, NAMED - 1), { ...last, reason: rest }];
}

type Difference = Pick<Found, 'problem' | 'reason'>;

function look(
  entry: TreeEntry,
  place: EntryPlace,
  { tally, tools }: { readonly tally: Tally; readonly tools: ObjectTools },
): Difference | undefined {
  try {
    const reason = compareEntry(entry, place, { tally, tools });
    return reason === undefined ? undefined : { problem: 'damaged', reason };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { problem: 'missing', reason: 'its tree has it, and it is missing' };
    return error instanceof RangeError ? { problem: 'damaged', reason: error.message } : problemOf(error);
  }
}

/** What is in directories of a tree and not in the tree. */
function strangers(location: ByteString, entries: readonly TreeEntry[]): readonly ByteString[] {
  const directories = entries.filter(({ type }) => type === 'directory').map(({ path }) => path);
  const expected = new Map<ByteString, number>(directories.map((path) => [path, 0]));
  for (const { path } of entries.slice(1)) {
    const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    expected.set(parent, (expected.get(parent) ?? 0) + 1);
  }
  const crowded = directories.flatMap((path) => {
    const found = namesIn(below(location, path)).map((name) => (path === '' ? name : `${path}/${name}`));
    return found.length > (expected.get(path) ?? 0) ? found : [];
  });
  if (crowded.length === 0) return [];
  const known = new Set(entries.map(({ path }) => path));
  return crowded.filter((path) => !known.has(path));
}

/** What is no directory or cannot be read is told of already. */
function namesIn(directory: ByteString): readonly ByteString[] {
  try {
    return fs.readdirSync(systemPath(directory), { encoding: 'latin1' });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EIO')) return [];
    throw error;
  }
}
