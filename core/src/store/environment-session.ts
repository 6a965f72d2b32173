import fs from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import type { EnvIdentity } from '../contracts/ids.ts';
import type { LiveSession, OpenEnvironment, SessionShape } from '../contracts/environment-store.ts';
import type { ExclusiveOptions } from '../contracts/exclusive.ts';
import { KarapaceError } from '../errors.ts';
import { environmentFiles, type EnvironmentFiles, type GenerationFiles } from './environment-files.ts';
import { readEnvironmentRecord } from './environment-record.ts';
import { archivedError, noEnvironment } from './environment-state-error.ts';
import { holdFileLock } from './exclusive.ts';
import { noteHolder, readNote, tryFileLock, trySharedLock, type FileLock } from './file-lock.ts';
import { touch } from './lease.ts';
import { describeHolder } from './process-identity.ts';
import { corruptRecord } from './record-file.ts';
import { readLiveSessions, removeDeadSessions, writeSession, type WrittenSession } from './session-record.ts';
import type { StoreLayout } from './store-layout.ts';
import { hasCode, inStore, storeError } from './system-error.ts';

/** Looks at a lock take it for a moment; only what stays held is somebody who works. */
const LOOKS = 5;
const PAUSE = 10;
/** A session whose sandbox has ended is over as soon as its client sees it. */
const ENDING_LOOKS = 300;

/**
 * Takes the lock of an environment for somebody who needs it quiet.
 *
 * @throws KarapaceError `ENVIRONMENT_BUSY` naming who is in it, `ENVIRONMENT_NOT_FOUND`
 */
export async function lockEnvironment(layout: StoreLayout, id: EnvIdentity): Promise<FileLock> {
  const files = environmentFiles(layout.environment(id));
  for (let look = 1; ; look += 1) {
    const lock = unlessGone(id, () => tryFileLock(files.lock));
    if (lock !== undefined) return lock;
    if (look >= (isSessionEnding(files, id) ? ENDING_LOOKS : LOOKS)) throw busyError(files, id);
    await setTimeout(PAUSE);
  }
}

/** Its processes are gone, but not yet the program that waited for them. */
function isSessionEnding(files: EnvironmentFiles, id: EnvIdentity): boolean {
  const shared = unlessGone(id, () => trySharedLock(files.lock));
  shared?.close();
  return shared !== undefined && readLiveSessions(files).length === 0;
}

/** Runs an action while no session can begin in an environment. */
export async function whileClosed<T>(
  layout: StoreLayout,
  id: EnvIdentity,
  { action, ...options }: ExclusiveOptions & { readonly action: () => Promise<T> },
): Promise<T> {
  const entry = await holdEntry(environmentFiles(layout.environment(id)), id, options);
  try {
    return await action();
  } finally {
    entry.close();
  }
}

/** Opens the current generation: to be mounted where nobody is in it, otherwise to be joined. */
export async function openSession(
  layout: StoreLayout,
  id: EnvIdentity,
  options: ExclusiveOptions = {},
): Promise<OpenEnvironment> {
  const files = environmentFiles(layout.environment(id));
  const entry = await holdEntry(files, id, options);
  let held: Held | undefined;
  try {
    held = await enter(files, id);
    const { lock, joins } = held;
    touch(files.lock);
    const { upper, work, frozen } = currentGeneration(layout, id);
    return { frozen, upper, work, joins, ...sessionOf(files, { entry, lock }, layout) };
  } catch (error) {
    held?.lock.close();
    entry.close();
    throw error;
  }
}

interface Locks {
  readonly entry: FileLock;
  readonly lock: FileLock;
}

type SessionParts = Pick<OpenEnvironment, 'lockDescriptor' | 'begin' | typeof Symbol.asyncDispose>;

function sessionOf(files: EnvironmentFiles, { entry, lock }: Locks, { root }: StoreLayout): SessionParts {
  let record: WrittenSession | undefined;
  let isHolding = true;
  const letOthersIn = (): void => {
    if (isHolding) entry.close();
    isHolding = false;
  };
  return {
    lockDescriptor: lock.descriptor,
    begin(pid, shape) {
      record = recordSession(files, { pid, shape, root });
      letOthersIn();
    },
    [Symbol.asyncDispose]: () =>
      inStore({ root }, async () => {
        letOthersIn();
        try {
          record?.end();
        } finally {
          lock.close();
        }
      }),
  };
}

interface NewSession {
  readonly pid: number;
  readonly shape: SessionShape;
  readonly root: string;
}

function recordSession(files: EnvironmentFiles, { pid, shape, root }: NewSession): WrittenSession {
  try {
    return writeSession(files, pid, shape);
  } catch (error) {
    throw storeError(error, { root });
  }
}

interface Held {
  readonly lock: FileLock;
  readonly joins: LiveSession | undefined;
}

/** To be called by the holder of the entry alone: nobody else can begin a session meanwhile. */
async function enter(files: EnvironmentFiles, id: EnvIdentity): Promise<Held> {
  for (let look = 1; ; look += 1) {
    const alone = unlessGone(id, () => tryFileLock(files.lock));
    if (alone !== undefined) return { lock: mountAlone(files, alone), joins: undefined };
    const shared = unlessGone(id, () => trySharedLock(files.lock));
    const joins = shared === undefined ? undefined : readLiveSessions(files).at(-1);
    if (shared !== undefined && joins !== undefined) return { lock: shared, joins };
    shared?.close();
    if (look >= (shared === undefined ? LOOKS : ENDING_LOOKS)) throw busyError(files, id);
    await setTimeout(PAUSE);
  }
}

function mountAlone(files: EnvironmentFiles, lock: FileLock): FileLock {
  removeDeadSessions(files);
  noteHolder(lock);
  lock.share();
  return lock;
}

function holdEntry(files: EnvironmentFiles, id: EnvIdentity, options: ExclusiveOptions): Promise<FileLock> {
  return holdFileLock(files.entry, options).catch((error: unknown) => unlessGone(id, () => rethrow(error)));
}

function rethrow(error: unknown): never {
  throw error;
}

/** An environment that was destroyed has no directory for its locks. */
function unlessGone<T>(id: EnvIdentity, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    throw noEnvironment(id);
  }
}

function busyError(files: EnvironmentFiles, id: EnvIdentity): KarapaceError {
  const short = id.slice(0, 12);
  const [session, ...others] = readLiveSessions(files);
  if (session === undefined) {
    const holder = describeHolder(readNote(files.lock));
    return new KarapaceError('ENVIRONMENT_BUSY', `The environment \`${short}\` is in use by ${holder}`, {
      hint: 'Wait until it ends, or end it.',
    });
  }
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const who = `${describeHolder(JSON.stringify(session.client))}${more}`;
  return new KarapaceError('ENVIRONMENT_BUSY', `The environment \`${short}\` is in use by ${who}`, {
    hint: `Leave it, or run \`karapace stop ${short}\`.`,
  });
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
