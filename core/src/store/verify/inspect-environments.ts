import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../../contracts/ids.ts';
import type { LockFile } from '../../contracts/lock.ts';
import { environmentFiles, type EnvironmentFiles } from '../environment-files.ts';
import { isEnvironmentIndex, type EnvironmentIndex } from '../environment-index.ts';
import { isEnvironmentLock, isEnvironmentRecord, type EnvironmentRecord } from '../environment-record.ts';
import { isSnapshotRecord, snapshotId, type SnapshotRecord } from '../snapshot-record.ts';
import { isDigest } from '../store-layout.ts';
import { addTally, emptyTally } from './found.ts';
import {
  find,
  findStranger,
  inspectDirectory,
  inspectPlainDirectory,
  inspectPlainFile,
  inspectRecord,
  isThere,
  type Inspection,
  type RecordPlace,
} from './inspection.ts';
import type { GraphEnvironment } from './store-graph.ts';

/** Looks at every environment's own files. */
export function inspectEnvironments(inspection: Inspection): readonly GraphEnvironment[] {
  const directory = inspection.layout.directory('environments');
  return inspectDirectory(inspection, directory).flatMap((name) => {
    if (isDigest(name)) return inspectUnlessDestroyed(inspection, name as EnvIdentity);
    findStranger(inspection, { directory, name, part: 'environment' });
    return [];
  });
}

/** What is destroyed while somebody looks seems damaged. */
function inspectUnlessDestroyed({ layout, tally }: Inspection, id: EnvIdentity): readonly GraphEnvironment[] {
  const own = emptyTally();
  const environment = inspectEnvironment({ layout, tally: own }, id);
  if (fs.lstatSync(layout.environment(id), { throwIfNoEntry: false }) === undefined) return [];
  addTally(tally, own);
  return [environment];
}

function inspectEnvironment(inspection: Inspection, id: EnvIdentity): GraphEnvironment {
  const files = environmentFiles(inspection.layout.environment(id));
  const names = inspectDirectory(inspection, files.directory, 'environment');
  if (names.length === 0 && !isDirectory(files.directory))
    return { id, layers: [], trees: [], layerTrees: [], snapshots: [], archives: [], names: [] };
  const record = inspectOwn(
    inspection,
    { id, file: files.record, part: 'environment', kind: 'environment' },
    isEnvironmentRecord,
  );
  const lock = inspectOwn(inspection, { id, file: files.lockRecord, part: 'lock', kind: 'lock' }, isEnvironmentLock);
  if (record !== undefined) inspectGeneration(inspection, files, record);
  const snapshots = inspectSnapshots(inspection, files);
  const place = { id, file: files.index, part: 'environment', kind: 'index' } as const;
  const index = inspectOwn(inspection, place, isEnvironmentIndex);
  if (index !== undefined) inspectListed(inspection, files, index);
  inspectOthers(inspection, files, names);
  return {
    id,
    layers: record?.layers.map(({ key }) => key) ?? [],
    trees: [...(record?.layers ?? []), ...snapshots].flatMap((each) => treesOf(each)),
    layerTrees: record?.layers.map(({ tree }) => tree) ?? [],
    snapshots,
    archives: archivesOf(lock),
    names: index?.names ?? [],
  };
}

function isDirectory(directory: string): boolean {
  return fs.lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true;
}

function treesOf(each: SnapshotRecord | EnvironmentRecord['layers'][number]) {
  return 'layers' in each ? [each.tree, ...each.layers] : [each.tree];
}

/** A lock that its own writer made has lists; tests make others. */
function archivesOf(lock: LockFile | undefined): readonly string[] {
  return [...(lock?.base.archives ?? []), ...(lock?.packages ?? [])].map(({ sha256 }) => sha256);
}

interface Owned {
  readonly env_id: EnvIdentity;
}

function inspectOwn<T extends Owned>(
  inspection: Inspection,
  place: RecordPlace & { readonly id: EnvIdentity },
  isValid: (value: unknown) => value is T,
): T | undefined {
  const { file, part, id } = place;
  const record = inspectRecord(inspection, place, isValid);
  if (record === 'missing') {
    find(inspection, file, { part, problem: 'missing', reason: 'the environment has none' });
    return undefined;
  }
  if (record === undefined || record.env_id === id) return record;
  find(inspection, file, { part, problem: 'damaged', reason: 'it belongs to another environment' });
  return undefined;
}

function inspectGeneration(inspection: Inspection, files: EnvironmentFiles, { generation }: EnvironmentRecord): void {
  const { directory, upper, work } = files.generation(generation);
  if (isThere(directory) && !isDirectory(directory)) return void inspectDirectory(inspection, directory, 'generation');
  inspectDirectory(inspection, work, 'generation');
  // The root of an image may belong to another id, and be closed to all others.
  const isOwn = fs.lstatSync(upper, { throwIfNoEntry: false })?.uid === process.geteuid?.();
  (isOwn ? inspectDirectory : inspectPlainDirectory)(inspection, upper, 'generation');
}

function inspectSnapshots(inspection: Inspection, { snapshots }: EnvironmentFiles): readonly SnapshotRecord[] {
  return inspectDirectory(inspection, snapshots).flatMap((name) => {
    const file = path.join(snapshots, name);
    if (!isDigest(name)) {
      findStranger(inspection, { directory: snapshots, name, part: 'snapshot' });
      return [];
    }
    const record = inspectRecord(inspection, { file, part: 'snapshot', kind: 'snapshot' }, isSnapshotRecord);
    if (typeof record !== 'object') return [];
    if (snapshotId(record) === name) return [record];
    find(inspection, file, { part: 'snapshot', problem: 'damaged', reason: 'it is another snapshot' });
    return [];
  });
}

/** What the index says that there is. */
function inspectListed(inspection: Inspection, files: EnvironmentFiles, { names, snapshots }: EnvironmentIndex): void {
  const { layout } = inspection;
  const reason = 'the environment has it, and it is missing';
  for (const name of names) {
    const file = layout.name(name);
    if (!isThere(file)) find(inspection, file, { part: 'name', problem: 'missing', reason });
  }
  for (const id of snapshots) {
    const file = path.join(files.snapshots, id);
    if (!isThere(file)) find(inspection, file, { part: 'snapshot', problem: 'missing', reason });
  }
}

const RECORDS = new Set(['environment.json', 'lock.json', 'index.json', 'snapshots']);
const FILES = new Set(['lock', 'entry', 'session.json']);
const GENERATION = /^gen-[1-9][0-9]*$/;

/** What is in locks and sessions' notes does not matter, but nothing may be opened in their place. */
function inspectOthers(inspection: Inspection, { directory }: EnvironmentFiles, names: readonly string[]): void {
  for (const name of names) {
    const file = path.join(directory, name);
    if (FILES.has(name)) inspectPlainFile(inspection, file, 'lease');
    else if (name === 'sessions') inspectSessions(inspection, file);
    else if (!RECORDS.has(name) && !GENERATION.test(name))
      findStranger(inspection, { directory, name, part: 'environment' });
  }
}

function inspectSessions(inspection: Inspection, directory: string): void {
  for (const name of inspectDirectory(inspection, directory, 'lease')) {
    inspectPlainFile(inspection, path.join(directory, name), 'lease');
  }
}
