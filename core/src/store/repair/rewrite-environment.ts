import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../../contracts/ids.ts';
import type { BuiltLayer, LockFile } from '../../contracts/lock.ts';
import { fillLock } from '../../lock/fill-lock.ts';
import { environmentFiles } from '../environment-files.ts';
import {
  encodeEnvironmentRecord,
  isEnvironmentLock,
  isEnvironmentRecord,
  type EnvironmentRecord,
  UNKNOWN_PROJECT,
} from '../environment-record.ts';
import { makeGenerationFiles } from '../make-generation.ts';
import { commitSteps, type JournalPlace } from '../journal/journal.ts';
import { examineRecord, writeRecord } from '../record-file.ts';
import { readStoreFile } from '../read-store-file.ts';
import type { StoreLayout } from '../store-layout.ts';
import { noteLost, noteMade, type RepairLog } from './repair-log.ts';

const LOST_PROJECT =
  'the project, which `karapace build` in its directory gives back, and whether it was frozen or archived';

/** The whole records of an environment that may be damaged. */
export interface WholeRecords {
  readonly record: EnvironmentRecord | undefined;
  readonly lock: LockFile | undefined;
  /** Where the manifest was, as far as it can be read, even in a damaged record. */
  readonly project: string | undefined;
}

export function readWholeRecords(layout: StoreLayout, id: EnvIdentity): WholeRecords {
  const files = environmentFiles(layout.environment(id));
  const record = wholeOf(examineRecord('environment', files.record, isEnvironmentRecord));
  const lock = wholeOf(examineRecord('lock', files.lockRecord, isEnvironmentLock));
  const own = record?.env_id === id ? record : undefined;
  return {
    record: own,
    lock: lock?.env_id === id ? fillLock(lock) : undefined,
    project: own?.project ?? salvage(files.record, id)?.project,
  };
}

function wholeOf<T>(examined: ReturnType<typeof examineRecord<T>>): T | undefined {
  return typeof examined === 'object' && 'value' in examined ? examined.value : undefined;
}

/** What a damaged record still says; it may be wrong, so only what does no harm is taken from it. */
function salvage(file: string, id: EnvIdentity): EnvironmentRecord | undefined {
  const found = readStoreFile(file);
  const body = typeof found === 'string' ? '' : found.bytes.toString('utf8').split('\n')[1];
  try {
    const value: unknown = JSON.parse(body ?? '');
    return isEnvironmentRecord(value) && value.env_id === id ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Puts a lock in the place of a damaged one. */
export function rewriteLock(place: JournalPlace, lock: LockFile, log: RepairLog): void {
  const file = `environments/${lock.env_id}/lock.json`;
  log.aside.move(file);
  writeRecord('lock', path.join(place.layout.root, file), { value: lock, staging: place.staging() });
  noteMade(log, file);
}

/** Puts a record in the place of a damaged one. To be called under the writer lock. */
export function rewriteEnvironment(
  place: JournalPlace,
  { id, layers }: { readonly id: EnvIdentity; readonly layers: readonly BuiltLayer[] },
  log: RepairLog,
): void {
  const file = `environments/${id}/environment.json`;
  const files = environmentFiles(place.layout.environment(id));
  const { directory, record } = files;
  const before = salvage(record, id);
  const now = new Date().toISOString();
  const generation = lastGeneration(directory);
  const value: EnvironmentRecord = {
    env_id: id,
    frozen: before?.frozen ?? false,
    archived: before?.archived ?? false,
    generation: Math.max(generation, 1),
    project: before?.project ?? UNKNOWN_PROJECT,
    created_at: before?.created_at ?? now,
    built_at: now,
    layers,
  };
  if (generation === 0) {
    fs.renameSync(makeGenerationFiles(place.staging()), files.generation(1).directory);
    log.undressed.add(id);
  }
  log.aside.keep(file);
  commitSteps(place, 'repair', [{ step: 'write', path: file, text: encodeEnvironmentRecord(value) }]);
  noteMade(log, file);
  if (before === undefined) noteLost(log, file, LOST_PROJECT);
}

/** The highest is the one that counted, but for a moment in which the next is being made. */
function lastGeneration(directory: string): number {
  const numbers = fs.readdirSync(directory).map((name) => Number(/^gen-([1-9][0-9]*)$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}
