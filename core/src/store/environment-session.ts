import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import type { EnvIdentity } from '../contracts/ids.ts';
import type { OpenEnvironment } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';
import { environmentFiles, type EnvironmentFiles, type GenerationFiles } from './environment-files.ts';
import { readEnvironmentRecord } from './environment-record.ts';
import { isFileLocked, readNote, tryFileLock, type FileLock } from './file-lock.ts';
import { archivedError } from './environment-state-error.ts';
import { touch } from './lease.ts';
import { describeHolder, ownIdentity } from './process-identity.ts';
import { corruptRecord } from './record-file.ts';
import type { StoreLayout } from './store-layout.ts';
import { hasCode, inStore } from './system-error.ts';
import { removeFile } from './remove-file.ts';

/** Looks at a lock take it for a moment; only what stays held is a session. */
const LOOKS = 5;
const PAUSE = 10;

/**
 * Takes the lock of an environment.
 *
 * @throws KarapaceError `ENVIRONMENT_BUSY` naming the live session, `ENVIRONMENT_NOT_FOUND`
 */
export async function lockEnvironment(layout: StoreLayout, id: EnvIdentity): Promise<FileLock> {
  const files = environmentFiles(layout.environment(id));
  for (let look = 1; ; look += 1) {
    const lock = tryEnvironmentLock(files, id);
    if (lock !== undefined) return lock;
    if (look === LOOKS) throw busyError(id, describeHolder(readNote(sessionFile(files))));
    await setTimeout(PAUSE);
  }
}

function tryEnvironmentLock(files: EnvironmentFiles, id: EnvIdentity): FileLock | undefined {
  try {
    return tryFileLock(files.lock);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    throw new KarapaceError('ENVIRONMENT_NOT_FOUND', `There is no environment \`${id.slice(0, 12)}\``, {
      hint: 'See `karapace list`; `karapace build` makes one.',
    });
  }
}

function busyError(id: EnvIdentity, holder: string): KarapaceError {
  return new KarapaceError('ENVIRONMENT_BUSY', `The environment \`${id.slice(0, 12)}\` is in use by ${holder}`, {
    hint: 'Wait until it ends, or end it.',
  });
}

/** Opens the current generation for a session. The session's record is for messages: the lock alone says that it lives. */
export async function openSession(layout: StoreLayout, id: EnvIdentity): Promise<OpenEnvironment> {
  const files = environmentFiles(layout.environment(id));
  const lock = await lockEnvironment(layout, id);
  try {
    touch(files.lock);
    const { upper, work, frozen } = currentGeneration(layout, id);
    fs.writeFileSync(sessionFile(files), `${JSON.stringify(ownIdentity())}\n`);
    return {
      frozen,
      upper,
      work,
      lockDescriptor: lock.descriptor,
      [Symbol.asyncDispose]: () => inStore({ root: layout.root }, async () => endSession(lock, files)),
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function endSession(lock: FileLock, files: EnvironmentFiles): void {
  lock.close();
  // A child that inherited the descriptor may hold it still: then the session lives on, and keeps its record.
  if (!isFileLocked(files.lock)) removeFile(sessionFile(files));
}

function sessionFile({ directory }: EnvironmentFiles): string {
  return path.join(directory, 'session.json');
}

/** @throws KarapaceError `STORE_CORRUPT` */
function currentGeneration(layout: StoreLayout, id: EnvIdentity): GenerationFiles & { readonly frozen: boolean } {
  const files = environmentFiles(layout.environment(id));
  const record = readEnvironmentRecord(layout, id);
  if (record === undefined) throw corruptRecord(files.record, 'it vanished');
  if (record.archived) throw archivedError(id);
  const generation = files.generation(record.generation);
  for (const part of [generation.upper, generation.work]) {
    if (fs.lstatSync(part, { throwIfNoEntry: false })?.isDirectory() === true) continue;
    throw corruptRecord(part, 'the directory is missing');
  }
  return { ...generation, frozen: record.frozen };
}
