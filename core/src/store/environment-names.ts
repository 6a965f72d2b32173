import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../contracts/ids.ts';
import { KarapaceError } from '../errors.ts';
import { isEnvironmentName } from './environment-name.ts';
import type { Step } from './journal/step.ts';
import { corruptRecord, readRecordAs } from './record-file.ts';
import { encodeRecord } from './record.ts';
import { isDigest, type StoreLayout } from './store-layout.ts';
import { syncDirectory } from './sync-disk.ts';
import { hasCode } from './system-error.ts';
import { removeFile } from './remove-file.ts';

export interface NameRecord {
  readonly env_id: EnvIdentity;
  /** The name itself, so that no record can take the place of another; those of before do not have it. */
  readonly name?: string | undefined;
  /** The directory of the manifest that it was given for; without it, it is the environment's own. */
  readonly project?: string | undefined;
}

/**
 * The environment that a name means, or `undefined`.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the file
 */
export function readName(layout: StoreLayout, name: string): EnvIdentity | undefined {
  return readNameRecord(layout, name)?.env_id;
}

/**
 * As `readName`, with all that the record says.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the file
 */
export function readNameRecord(layout: StoreLayout, name: string): NameRecord | undefined {
  const file = layout.name(name);
  const record = readRecordAs('name', file, isNameRecord);
  if (record?.name !== undefined && record.name !== name) throw corruptRecord(file, 'it is the record of another name');
  return record;
}

/** All names, sorted, with their environments. */
export function readNames(layout: StoreLayout): ReadonlyMap<string, EnvIdentity> {
  const names = new Map<string, EnvIdentity>();
  for (const name of listNames(layout)) {
    if (!isEnvironmentName(name)) throw corruptRecord(layout.name(name), 'it is no name of an environment');
    const id = readName(layout, name);
    if (id !== undefined) names.set(name, id);
  }
  return names;
}

/** What is in the place of names, sorted, whatever it is. */
export function listNames(layout: StoreLayout): readonly string[] {
  return listIfThere(layout.directory('names')).toSorted();
}

/** The names of one environment, sorted. A name that cannot be read is nobody's, and no hindrance. */
export function namesOf(layout: StoreLayout, id: EnvIdentity): readonly string[] {
  return [...nameRecordsOf(layout, id).keys()];
}

/**
 * As `namesOf`, with all that the records say.
 *
 * @param among where to look; the default is all there are
 */
export function nameRecordsOf(
  layout: StoreLayout,
  id: EnvIdentity,
  among: readonly string[] = listNames(layout),
): ReadonlyMap<string, NameRecord> {
  const records = new Map<string, NameRecord>();
  for (const name of among.filter(isEnvironmentName).toSorted()) {
    const record = unlessDamaged(() => readNameRecord(layout, name));
    if (record?.env_id === id) records.set(name, record);
  }
  return records;
}

function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof KarapaceError) return undefined;
    throw error;
  }
}

/**
 * Makes a name mean an environment, whatever it meant before.
 *
 * @param project the directory of the manifest that it is given for; `undefined`: the environment's own, whichever that is
 */
export function pointName(name: string, id: EnvIdentity, project: string | undefined): Step {
  const value: NameRecord = { env_id: id, name, project };
  return { step: 'write', path: `names/${name}`, text: encodeRecord('name', value) };
}

/** Durable when it returns. */
export function removeNames(layout: StoreLayout, names: readonly string[]): void {
  for (const name of names) removeFile(layout.name(name));
  const directory = layout.directory('names');
  // What is being destroyed has to go from a store without it too.
  if (fs.existsSync(directory)) syncDirectory(directory);
}

export function listEnvironmentIds(layout: StoreLayout): readonly EnvIdentity[] {
  const directory = layout.directory('environments');
  return listIfThere(directory).map((name) => {
    if (!isDigest(name)) throw corruptRecord(path.join(directory, name), 'it is no environment');
    return name as EnvIdentity;
  });
}

function listIfThere(directory: string): readonly string[] {
  try {
    return fs.readdirSync(directory);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

export function isNameRecord(value: unknown): value is NameRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { env_id, ...texts } = value as Partial<NameRecord>;
  const areTexts = [texts.name, texts.project].every((text) => text === undefined || typeof text === 'string');
  return isDigest(String(env_id)) && areTexts;
}

export function notItsName(name: string, id: EnvIdentity): KarapaceError {
  const message = `The name \`${name}\` does not mean the environment \`${id.slice(0, 12)}\` any more`;
  return new KarapaceError('ENVIRONMENT_NOT_FOUND', message, { hint: 'See `karapace list`.' });
}
