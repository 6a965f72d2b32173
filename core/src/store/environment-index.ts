import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity, SnapshotId } from '../contracts/ids.ts';
import { environmentFiles } from './environment-files.ts';
import { isEnvironmentName } from './environment-name.ts';
import { nameRecordsOf, namesOf, type NameRecord } from './environment-names.ts';
import type { Step } from './journal/step.ts';
import { corruptRecord, examineRecord, readRecordAs } from './record-file.ts';
import { encodeRecord } from './record.ts';
import { isDigest, type StoreLayout } from './store-layout.ts';

/** `index.json`: the files of an environment that nothing else refers to, so that one that vanishes is missed. */
export interface EnvironmentIndex {
  readonly env_id: EnvIdentity;
  /** Sorted. One that means another environment by now was taken over, and is not missed. */
  readonly names: readonly string[];
  /** Sorted. */
  readonly snapshots: readonly SnapshotId[];
}

/**
 * The index of an environment; for one that was made before there were any, what it would be.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the file
 */
function readIndex(layout: StoreLayout, id: EnvIdentity): EnvironmentIndex {
  const { index: file } = environmentFiles(layout.environment(id));
  const index = readRecordAs('index', file, isEnvironmentIndex);
  if (index !== undefined && index.env_id !== id) throw corruptRecord(file, 'it belongs to another environment');
  return index ?? makeIndex(layout, id);
}

/**
 * As `nameRecordsOf`, without a look at the names of all others. An index that cannot be read is no hindrance.
 *
 * @param known a name that is looked at in any case: while it is given, it is there before the index has it
 */
export function indexedNameRecords(
  layout: StoreLayout,
  id: EnvIdentity,
  known: string | undefined,
): ReadonlyMap<string, NameRecord> {
  const { index: file } = environmentFiles(layout.environment(id));
  const index = examineRecord('index', file, isEnvironmentIndex);
  if (typeof index === 'string' || !('value' in index) || index.value.env_id !== id) return nameRecordsOf(layout, id);
  const names = new Set([...index.value.names, ...(known === undefined ? [] : [known])]);
  return nameRecordsOf(layout, id, [...names]);
}

/** What an index is to say, from what is there. */
export function makeIndex(layout: StoreLayout, id: EnvIdentity): EnvironmentIndex {
  const { snapshots } = environmentFiles(layout.environment(id));
  const found = fs.existsSync(snapshots) ? fs.readdirSync(snapshots).filter(isDigest) : [];
  return { env_id: id, names: namesOf(layout, id), snapshots: found.toSorted() as SnapshotId[] };
}

/** @throws KarapaceError `STORE_CORRUPT` naming the index, or what it has and is not there */
export function checkIndexed(layout: StoreLayout, id: EnvIdentity): void {
  const { names, snapshots } = readIndex(layout, id);
  const files = environmentFiles(layout.environment(id));
  const listed = [
    ...names.map((name) => layout.name(name)),
    ...snapshots.map((each) => path.join(files.snapshots, each)),
  ];
  const missing = listed.find((file) => !fs.existsSync(file));
  if (missing !== undefined)
    throw corruptRecord(missing, `the environment \`${id.slice(0, 12)}\` has it, and it is missing`);
}

export function encodeIndex({ env_id, names, snapshots }: EnvironmentIndex): string {
  return encodeRecord('index', { env_id, names, snapshots });
}

export interface IndexChange {
  readonly addedNames?: readonly string[];
  readonly removedNames?: readonly string[];
  readonly addedSnapshots?: readonly SnapshotId[];
  readonly removedSnapshots?: readonly SnapshotId[];
}

/**
 * What brings an index up to date; nothing where it is. It comes after what is added and before what is removed, so that
 * at no moment anything is missed. To be called under the writer lock.
 */
export function changeIndex(layout: StoreLayout, id: EnvIdentity, change: IndexChange): readonly Step[] {
  return indexSteps(readIndex(layout, id), change);
}

export function indexSteps(before: EnvironmentIndex, change: IndexChange): readonly Step[] {
  const { env_id } = before;
  const { addedNames = [], removedNames = [], addedSnapshots = [], removedSnapshots = [] } = change;
  const names = new Set([...before.names.filter((name) => !removedNames.includes(name)), ...addedNames]);
  const kept = before.snapshots.filter((id) => !removedSnapshots.includes(id));
  const snapshots = new Set([...kept, ...addedSnapshots]);
  const text = encodeIndex({ env_id, names: [...names].toSorted(), snapshots: [...snapshots].toSorted() });
  return text === encodeIndex(before) ? [] : [{ step: 'write', path: `environments/${env_id}/index.json`, text }];
}

export function isEnvironmentIndex(value: unknown): value is EnvironmentIndex {
  if (typeof value !== 'object' || value === null) return false;
  const { env_id, names, snapshots } = value as Partial<EnvironmentIndex>;
  return (
    typeof env_id === 'string' &&
    Array.isArray(names) &&
    names.every((name) => typeof name === 'string' && isEnvironmentName(name)) &&
    Array.isArray(snapshots) &&
    snapshots.every((id) => isDigest(String(id)))
  );
}
