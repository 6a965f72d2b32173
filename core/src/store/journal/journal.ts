import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../../contracts/ids.ts';
import { removeNames, namesOf } from '../environment-names.ts';
import { corruptRecord, readRecordAs, writeSynced } from '../record-file.ts';
import { encodeRecord } from '../record.ts';
import type { StoreLayout } from '../store-layout.ts';
import { syncDirectory } from '../sync-disk.ts';
import { hasCode } from '../system-error.ts';
import { uniqueName } from '../unique-name.ts';
import { applySteps, discardedPlace, discardReady, makeReady, type ReadyStep } from './apply-steps.ts';
import { checkSteps } from './check-steps.ts';
import { isStep, type Step } from './step.ts';
import { removeFile } from '../remove-file.ts';

// A change of several steps is decided by one entry here. Whoever comes next finishes what is decided; what is not
// decided never happened. An environment that is being destroyed is an entry itself, so that destroying needs no space.

export interface JournalRecord {
  readonly store_id: string;
  readonly operation: string;
  readonly steps: readonly Step[];
}

export interface JournalPlace {
  readonly layout: StoreLayout;
  readonly storeId: string;
  /** Gives an own directory below `tmp/`. */
  readonly staging: () => string;
}

const DESTROYED = /^destroyed-([0-9a-f]{64})$/;

/** The names of the entries, in no order: the writer lock lets only one be there at a time. */
export function listJournal(layout: StoreLayout): readonly string[] {
  try {
    return fs.readdirSync(layout.directory('journal'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/**
 * Makes a change all or nothing: decided before its first step, and done, and on the disk, when it returns. To be called
 * under the writer lock.
 *
 * @returns the discarded directories
 * @throws KarapaceError `STORE_CORRUPT` naming what keeps a step from being done; nothing has changed then
 */
export function commitSteps(place: JournalPlace, operation: string, steps: readonly Step[]): readonly string[] {
  const { layout, storeId, staging } = place;
  checkSteps(layout, steps);
  // What is decided must not fail for want of room any more: everybody after it would.
  const ready = makeReady(steps, staging);
  if (steps.length <= 1) return applySteps(layout, ready);
  const entry = decide(place, { store_id: storeId, operation, steps }, ready);
  const discarded = applySteps(layout, ready);
  endEntry(entry);
  return discarded;
}

function decide(place: JournalPlace, record: JournalRecord, ready: readonly ReadyStep[]): string {
  try {
    syncMoved(place.layout, record.steps);
    return writeEntry(place, record);
  } catch (error) {
    discardReady(ready);
    throw error;
  }
}

/** The names that steps move from are on the disk before anybody relies on them. */
function syncMoved(layout: StoreLayout, steps: readonly Step[]): void {
  const moves = steps.filter((step) => step.step === 'move');
  const above = moves.flatMap(({ from }) => [path.dirname(path.join(layout.root, from)), layout.directory('tmp')]);
  for (const directory of new Set(above)) syncDirectory(directory);
}

function writeEntry({ layout, staging }: JournalPlace, record: JournalRecord): string {
  const name = uniqueName();
  const entry = path.join(layout.directory('journal'), name);
  const temporary = path.join(staging(), name);
  writeSynced(temporary, encodeRecord('journal', record));
  fs.renameSync(temporary, entry);
  try {
    syncDirectory(path.dirname(entry));
  } catch (error) {
    // Not known to be decided, so it must not be: nothing of it is done yet.
    removeFile(entry);
    throw error;
  }
  return entry;
}

/** The end is on the disk before the lock is let go: an entry must never come back after a later change. */
function endEntry(entry: string): void {
  removeFile(entry);
  syncDirectory(path.dirname(entry));
}

/**
 * Finishes every decided change. To be called under the writer lock.
 *
 * @returns the discarded directories
 * @throws KarapaceError `STORE_CORRUPT` naming an entry that is damaged or another store's; nothing is done then
 */
export function recoverJournal(place: JournalPlace): readonly string[] {
  const directory = place.layout.directory('journal');
  const entries = listJournal(place.layout).map((name) => ({ file: path.join(directory, name), name }));
  const decided = entries.map(({ file, name }) => ({ file, action: decodeEntry(place, file, name) }));
  return decided.flatMap(({ file, action }) => {
    const discarded = action();
    endEntry(file);
    return discarded;
  });
}

/** What an entry decided, as a function that finishes it. */
function decodeEntry(place: JournalPlace, file: string, name: string): () => readonly string[] {
  const id = DESTROYED.exec(name)?.[1];
  if (id !== undefined) return () => finishDestroy(place, id as EnvIdentity);
  const record = readRecordAs('journal', file, isJournalRecord);
  if (record === undefined) return () => [];
  if (record.store_id !== place.storeId) throw corruptRecord(file, `it is of the store \`${record.store_id}\``);
  return () => applySteps(place.layout, makeReady(record.steps, place.staging));
}

export function isJournalRecord(value: unknown): value is JournalRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { store_id, steps } = value as Partial<JournalRecord>;
  return typeof store_id === 'string' && Array.isArray(steps) && steps.every(isStep);
}

/**
 * Takes an environment with all its names away in one step, without needing space. To be called under the writer lock.
 *
 * @returns the discarded directories
 */
export function commitDestroy(place: JournalPlace, id: EnvIdentity): readonly string[] {
  const { layout } = place;
  const entry = path.join(layout.directory('journal'), `destroyed-${id}`);
  fs.renameSync(layout.environment(id), entry);
  syncDirectory(layout.directory('journal'));
  syncDirectory(layout.directory('environments'));
  return finishDestroy(place, id);
}

function finishDestroy({ layout }: JournalPlace, id: EnvIdentity): readonly string[] {
  removeNames(layout, namesOf(layout, id));
  const aside = discardedPlace(layout);
  fs.renameSync(path.join(layout.directory('journal'), `destroyed-${id}`), aside);
  syncDirectory(layout.directory('journal'));
  return [aside];
}

/** Whether an entry of the journal is the directory of an environment that is being destroyed. */
export function isDestroyedEnvironment(name: string): boolean {
  return DESTROYED.test(name);
}

/** Whether an environment is gone but for the names that somebody is removing, or was when he was stopped. */
export function isBeingDestroyed(layout: StoreLayout, id: EnvIdentity): boolean {
  return fs.existsSync(path.join(layout.directory('journal'), `destroyed-${id}`));
}
