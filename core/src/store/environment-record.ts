import fs from 'node:fs';

import type { EnvIdentity } from '../contracts/ids.ts';
import type { BuiltLayer, LockFile } from '../contracts/lock.ts';
import { KarapaceError } from '../errors.ts';
import { fillLock } from '../lock/fill-lock.ts';
import { environmentFiles } from './environment-files.ts';
import { corruptRecord, readRecordAs } from './record-file.ts';
import { encodeRecord } from './record.ts';
import { isDigest, type StoreLayout } from './store-layout.ts';

/** `environment.json`: everything about an environment that can change. */
export interface EnvironmentRecord {
  readonly env_id: EnvIdentity;
  readonly frozen: boolean;
  readonly archived: boolean;
  /** The number of the generation that counts, from 1. */
  readonly generation: number;
  readonly project: string;
  readonly created_at: string;
  readonly built_at: string;
  readonly layers: readonly BuiltLayer[];
}

/** Both records of an environment. */
export interface StoredEnvironment extends EnvironmentRecord {
  readonly lock: LockFile;
}

/**
 * The verified records of an environment, or `undefined` where there is none.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the file
 */
export function readEnvironmentRecord(layout: StoreLayout, id: EnvIdentity): StoredEnvironment | undefined {
  try {
    return readRecords(layout, id);
  } catch (error) {
    // What is destroyed between two looks, and perhaps made again, seems damaged.
    if (!(error instanceof KarapaceError)) throw error;
    return fs.existsSync(layout.environment(id)) ? readRecords(layout, id) : undefined;
  }
}

function readRecords(layout: StoreLayout, id: EnvIdentity): StoredEnvironment | undefined {
  const { directory, record: file } = environmentFiles(layout.environment(id));
  const record = readRecordAs('environment', file, isEnvironmentRecord);
  if (record === undefined) {
    if (fs.existsSync(directory)) throw corruptRecord(file, `the environment \`${id}\` has none`);
    return undefined;
  }
  if (record.env_id !== id) throw corruptRecord(file, 'it belongs to another environment');
  return { ...record, lock: readEnvironmentLock(layout, id) };
}

/** @throws KarapaceError `STORE_CORRUPT` naming the file */
function readEnvironmentLock(layout: StoreLayout, id: EnvIdentity): LockFile {
  const { lockRecord } = environmentFiles(layout.environment(id));
  const lock = readRecordAs('lock', lockRecord, isEnvironmentLock);
  if (lock === undefined) throw corruptRecord(lockRecord, `the environment \`${id}\` has none`);
  if (lock.env_id !== id) throw corruptRecord(lockRecord, 'it belongs to another environment');
  return fillLock(lock);
}

/** Takes what belongs into the record, whatever else the value has. */
export function encodeEnvironmentRecord(value: EnvironmentRecord): string {
  const { env_id, frozen, archived, generation, project, created_at, built_at, layers } = value;
  return encodeRecord('environment', {
    env_id,
    frozen,
    archived,
    generation,
    project,
    created_at,
    built_at,
    layers,
  });
}

/** What a repair writes where nobody knows any more where the project is; no project can be there. */
export const UNKNOWN_PROJECT = '/';

export function isEnvironmentRecord(value: unknown): value is EnvironmentRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { env_id, project, created_at, built_at, layers, ...rest } = value as Partial<EnvironmentRecord>;
  const areTexts = [env_id, project, created_at, built_at].every((text) => typeof text === 'string');
  return areTexts && isState(rest) && Array.isArray(layers) && layers.every(isLayer);
}

function isState({ frozen, archived, generation }: Partial<EnvironmentRecord>): boolean {
  const areFlags = typeof frozen === 'boolean' && typeof archived === 'boolean';
  return areFlags && Number.isSafeInteger(generation) && Number(generation) > 0;
}

export function isEnvironmentLock(value: unknown): value is LockFile {
  if (typeof value !== 'object' || value === null) return false;
  const { env_id, ids, base, packages } = value as Partial<LockFile>;
  const arePinned = [base?.archives, packages].every((pins) => pins === undefined || arePins(pins));
  return typeof env_id === 'string' && (ids === 'full' || ids === 'single') && arePinned;
}

/** Digests become paths. */
function arePins(pins: readonly { readonly sha256?: unknown }[]): boolean {
  return Array.isArray(pins) && pins.every((pin) => isDigest(String(pin?.sha256)));
}

function isLayer(value: unknown): value is BuiltLayer {
  const { key, tree } = value as BuiltLayer;
  return isDigest(key) && isDigest(tree);
}
