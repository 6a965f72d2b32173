import path from 'node:path';

import type { EnvIdentity } from '../contracts/ids.ts';
import type { BuiltLayer, LockFile } from '../contracts/lock.ts';
import type { MigrateResult } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';
import { withFileLock } from './exclusive.ts';
import { environmentFiles } from './environment-files.ts';
import { encodeIndex, makeIndex } from './environment-index.ts';
import { encodeEnvironmentRecord } from './environment-record.ts';
import { listEnvironmentIds } from './environment-names.ts';
import { checkRoot } from './prepare-root.ts';
import { readNote, tryFileLock } from './file-lock.ts';
import { corruptRecord, readRecordAs, writeSynced } from './record-file.ts';
import { encodeRecord } from './record.ts';
import { readFormatVersion, writeFormat } from './store-format.ts';
import { FORMAT_VERSION, STORE_DIRECTORIES, storeLayout, type StoreLayout } from './store-layout.ts';
import { inStore } from './system-error.ts';
import { syncDirectory, syncFileSystemNow } from './sync-disk.ts';
import { removeFile } from './remove-file.ts';
import { makeDirectory } from './make-directory.ts';

/**
 * Brings a store to this format. Everything of the new format is written beside the old and is on the disk before the
 * store's `format` is replaced, in one rename: whoever is stopped before leaves the old store, whoever is stopped after
 * the new one, and running it again finishes either.
 *
 * @throws KarapaceError `STORE_VERSION` where it cannot be migrated; `STORE_CORRUPT` naming a record that cannot be read;
 * `ENVIRONMENT_BUSY`; nothing has changed then
 */
export async function migrateStore(root: string, onWait?: (holder: string) => void): Promise<MigrateResult> {
  const layout = storeLayout(root);
  if (!checkRoot(root))
    throw new KarapaceError('STORE_VERSION', `There is no store at \`${root}\``, {
      hint: 'The first build makes one.',
    });
  const lock = path.join(layout.directory('locks'), '.environments');
  return inStore({ root: layout.root }, async () => {
    // Nothing is written, not even a lock, where there is nothing of ours.
    readFormatVersion(layout);
    return withFileLock(lock, async () => migrate(layout), { onWait });
  });
}

function migrate(layout: StoreLayout): MigrateResult {
  const { version, storeId } = readFormatVersion(layout);
  const environments = listEnvironmentIds(layout);
  if (version < FORMAT_VERSION) migrateToSecond(layout, storeId, environments);
  removeFirst(layout, environments);
  return { from: version, to: FORMAT_VERSION, environments: environments.length };
}

interface FirstEnvironment {
  readonly env_id: EnvIdentity;
  readonly project: string;
  readonly created_at: string;
  readonly built_at: string;
  readonly lock: LockFile;
  readonly layers: readonly BuiltLayer[];
}

function migrateToSecond(layout: StoreLayout, storeId: string, ids: readonly EnvIdentity[]): void {
  const locks = ids.map((id) => holdEnvironment(layout, id));
  try {
    // All are read before any is written: a store with damage in it stays as it is.
    const records = ids.map((id) => readFirst(layout, id));
    for (const name of STORE_DIRECTORIES) makeDirectory(layout.directory(name), 0o755);
    for (const record of records) writeSecond(layout, record);
    syncFileSystemNow(layout.root);
    writeFormat(layout, storeId);
  } finally {
    for (const lock of locks) lock.close();
  }
}

function holdEnvironment(layout: StoreLayout, id: EnvIdentity) {
  const lock = tryFileLock(environmentFiles(layout.environment(id)).lock);
  if (lock !== undefined) return lock;
  throw new KarapaceError('ENVIRONMENT_BUSY', `The environment \`${id.slice(0, 12)}\` is in use`, {
    hint: 'Migrate when nobody uses the store.',
  });
}

function oldFiles(layout: StoreLayout, id: EnvIdentity) {
  const directory = layout.environment(id);
  const named = (name: string): string => path.join(directory, name);
  return { metadata: named('metadata.json'), current: named('current'), session: named('session.json') };
}

function readFirst(layout: StoreLayout, id: EnvIdentity): FirstEnvironment {
  const { metadata, current } = oldFiles(layout, id);
  const record = readRecordAs({ kind: 'environment', version: 1 }, metadata, isFirst);
  if (record === undefined) throw corruptRecord(metadata, 'it is missing');
  if (record.env_id !== id || record.lock.env_id !== id)
    throw corruptRecord(metadata, 'it belongs to another environment');
  // The first format never had another generation.
  if (readNote(current) !== 'gen-1\n') throw corruptRecord(current, 'it names no generation');
  return record;
}

function isFirst(value: unknown): value is FirstEnvironment {
  if (typeof value !== 'object' || value === null) return false;
  const { env_id, project, created_at, built_at, lock, layers } = value as Partial<FirstEnvironment>;
  const areTexts = [env_id, project, created_at, built_at].every((text) => typeof text === 'string');
  return areTexts && typeof lock === 'object' && Array.isArray(layers);
}

function writeSecond(layout: StoreLayout, { lock, ...rest }: FirstEnvironment): void {
  const { env_id, project, created_at, built_at, layers } = rest;
  const files = environmentFiles(layout.environment(env_id));
  const value = { env_id, project, created_at, built_at, layers };
  makeDirectory(files.snapshots, 0o755);
  replace(files.lockRecord, encodeRecord('lock', lock));
  replace(files.index, encodeIndex(makeIndex(layout, env_id)));
  replace(files.record, encodeEnvironmentRecord({ ...value, frozen: false, archived: false, generation: 1 }));
}

/** What an earlier, stopped migration left may be cut. */
function replace(file: string, text: string): void {
  removeFile(file);
  writeSynced(file, text);
}

/** The old files are the way back until the new format counts. */
function removeFirst(layout: StoreLayout, ids: readonly EnvIdentity[]): void {
  for (const id of ids) {
    for (const file of Object.values(oldFiles(layout, id))) removeFile(file);
    syncDirectory(layout.environment(id));
  }
}
