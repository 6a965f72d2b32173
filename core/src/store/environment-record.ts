import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../contracts/ids.ts';
import type { BuiltLayer, LockFile } from '../contracts/lock.ts';
import { corruptRecord, readRecordAs, writeRecord } from './record-file.ts';
import { isDigest, type StoreLayout } from './store-layout.ts';

/** `metadata.json`. */
export interface EnvironmentRecord {
  readonly env_id: EnvIdentity;
  /** What it is while no session lives. */
  readonly state: 'Built';
  readonly project: string;
  readonly created_at: string;
  readonly built_at: string;
  readonly lock: LockFile;
  readonly layers: readonly BuiltLayer[];
}

export interface EnvironmentFiles {
  readonly directory: string;
  readonly metadata: string;
  /** Names the generation that counts. */
  readonly current: string;
  readonly lock: string;
  readonly session: string;
}

export function environmentFiles(directory: string): EnvironmentFiles {
  return {
    directory,
    metadata: path.join(directory, 'metadata.json'),
    current: path.join(directory, 'current'),
    lock: path.join(directory, 'lock'),
    session: path.join(directory, 'session.json'),
  };
}

/**
 * The verified record of an environment, or `undefined` where there is none.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the file
 */
export function readEnvironmentRecord(layout: StoreLayout, id: EnvIdentity): EnvironmentRecord | undefined {
  const { directory, metadata } = environmentFiles(layout.environment(id));
  const record = readRecordAs('environment', metadata, isEnvironmentRecord);
  if (record === undefined) {
    if (fs.existsSync(directory)) throw corruptRecord(metadata, `the environment \`${id}\` has none`);
    return undefined;
  }
  if (record.env_id !== id || record.lock.env_id !== id)
    throw corruptRecord(metadata, 'it belongs to another environment');
  return record;
}

export function writeEnvironmentRecord(
  directory: string,
  options: { readonly value: EnvironmentRecord; readonly staging: string },
): void {
  writeRecord('environment', environmentFiles(directory).metadata, options);
}

function isEnvironmentRecord(value: unknown): value is EnvironmentRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { env_id, state, project, created_at, built_at, lock, layers } = value as Partial<EnvironmentRecord>;
  const areTexts = [env_id, project, created_at, built_at].every((text) => typeof text === 'string');
  const isLock = typeof lock === 'object' && (lock.ids === 'full' || lock.ids === 'single');
  return areTexts && state === 'Built' && isLock && Array.isArray(layers) && layers.every(isLayer);
}

function isLayer(value: unknown): value is BuiltLayer {
  const { key, tree } = value as BuiltLayer;
  return isDigest(key) && isDigest(tree);
}
