import path from 'node:path';

import type { Snapshot } from '../contracts/environment-store.ts';
import type { EnvIdentity, SnapshotId } from '../contracts/ids.ts';
import { KarapaceError } from '../errors.ts';
import { blake3Hex } from '../identity/blake3-hex.ts';
import { canonicalJson } from '../identity/canonical-json.ts';
import { printable } from '../printable.ts';
import { environmentFiles } from './environment-files.ts';
import { listStoreDirectory } from './list-directory.ts';
import { corruptRecord, readRecordAs } from './record-file.ts';
import { isDigest, type StoreLayout } from './store-layout.ts';

/** `snapshots/<snapshot id>` of an environment. */
export type SnapshotRecord = Snapshot;

const DOMAIN = 'karapace/snapshot/v1';

/** The same content over the same layers is the same snapshot. */
export function snapshotId({ layers, tree }: Pick<SnapshotRecord, 'layers' | 'tree'>): SnapshotId {
  return blake3Hex(DOMAIN, canonicalJson({ layers, tree })) as SnapshotId;
}

/** The snapshots of an environment, oldest first. */
export function readSnapshots(layout: StoreLayout, id: EnvIdentity): readonly SnapshotRecord[] {
  const { snapshots } = environmentFiles(layout.environment(id));
  return listStoreDirectory(snapshots)
    .map((name) => readSnapshot(path.join(snapshots, name)))
    .filter((snapshot) => snapshot !== undefined)
    .toSorted((left, right) => (orderOf(left) < orderOf(right) ? -1 : 1));
}

function orderOf({ created_at, snapshot_id }: SnapshotRecord): string {
  return `${created_at} ${snapshot_id}`;
}

/** @throws KarapaceError `STORE_CORRUPT` naming the file */
function readSnapshot(file: string): SnapshotRecord | undefined {
  const name = path.basename(file);
  if (!isDigest(name)) throw corruptRecord(file, 'it is no snapshot');
  const snapshot = readRecordAs('snapshot', file, isSnapshotRecord);
  if (snapshot === undefined || snapshotId(snapshot) === name) return snapshot;
  throw corruptRecord(file, 'it is another snapshot');
}

export function isSnapshotRecord(value: unknown): value is SnapshotRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { snapshot_id, tree, layers, entries, bytes, created_at, message } = value as Partial<SnapshotRecord>;
  const areDigests = [snapshot_id, tree, ...(Array.isArray(layers) ? layers : [''])].every((id) =>
    isDigest(String(id)),
  );
  const areNumbers = Number.isSafeInteger(entries) && Number.isSafeInteger(bytes);
  return areDigests && areNumbers && typeof created_at === 'string' && isMessage(message);
}

function isMessage(message: unknown): boolean {
  return message === null || typeof message === 'string';
}

const SHORTEST_PREFIX = /^[0-9a-f]{4,64}$/;

/**
 * The snapshot that a person means, by identity or unique prefix of at least 4 digits.
 *
 * @throws KarapaceError `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_AMBIGUOUS`
 */
export function findSnapshot(snapshots: readonly SnapshotRecord[], reference: string): SnapshotRecord {
  const isPrefix = SHORTEST_PREFIX.test(reference);
  const [found, ...others] = snapshots.filter((each) => isPrefix && each.snapshot_id.startsWith(reference));
  if (found === undefined) throw notFound(reference, snapshots);
  if (others.length > 0) throw ambiguous(reference, [found, ...others]);
  return found;
}

/** As many as are read. */
const MOST_LISTED = 3;

function notFound(reference: string, snapshots: readonly SnapshotRecord[]): KarapaceError {
  const newest = snapshots.slice(-MOST_LISTED).map(({ snapshot_id }) => `\`${snapshot_id.slice(0, 12)}\``);
  const more = snapshots.length > MOST_LISTED ? '; `karapace snapshots` shows all' : '';
  return new KarapaceError('SNAPSHOT_NOT_FOUND', `The environment has no snapshot \`${printable(reference)}\``, {
    hint: newest.length === 0 ? 'It has none yet: `karapace commit` makes one.' : `It has ${newest.join(', ')}${more}.`,
  });
}

function ambiguous(reference: string, matches: readonly SnapshotRecord[]): KarapaceError {
  const list = matches.map(({ snapshot_id }) => `\`${snapshot_id.slice(0, 16)}\``).join(', ');
  return new KarapaceError('SNAPSHOT_AMBIGUOUS', `\`${reference}\` is the beginning of ${list}`, {
    hint: 'Give more digits.',
  });
}
