import fs from 'node:fs';
import path from 'node:path';

import type { LiveSession, SessionShape } from '../contracts/environment-store.ts';
import type { EnvironmentFiles } from './environment-files.ts';
import { makeDirectory } from './make-directory.ts';
import { bootId, ownIdentity, startTimeOf } from './process-identity.ts';
import { corruptRecord } from './record-file.ts';
import { readStoreFile } from './read-store-file.ts';
import { hasCode } from './system-error.ts';
import { uniqueName } from './unique-name.ts';

/** What a session's file holds. Whether it is true, only the processes tell. */
interface SessionRecord extends LiveSession {
  readonly boot_id: string;
}

export interface WrittenSession {
  /** Removes the record, unless something of the session lives on without this process. */
  end(): void;
}

export function writeSession({ sessions }: EnvironmentFiles, pid: number, shape: SessionShape): WrittenSession {
  const { boot_id, ...client } = ownIdentity();
  const start_time = startTimeOf(pid) ?? '';
  const record: SessionRecord = {
    sandbox: { pid, start_time },
    client: { pid: client.pid, command: client.command },
    started_at: new Date().toISOString(),
    shape,
    boot_id,
  };
  const file = path.join(sessions, uniqueName());
  makeDirectory(sessions, 0o755);
  writeRecord(sessions, file + UNFINISHED, Buffer.from(`${JSON.stringify(record)}\n`));
  fs.renameSync(file + UNFINISHED, file);
  return {
    end() {
      if (pid === process.pid || startTimeOf(pid) !== start_time) removeRecord(sessions, file);
    },
  };
}

/** The file of a session that has ended: whoever fills the disk needs its room for the session in which he makes room. */
const SPARE = '.spare';
/** What such a file says may be what an ended session left. */
const UNFINISHED = '.new';

/** In the place on the disk that an ended session had, if there is one: on a full disk there is no other. */
function writeRecord(sessions: string, file: string, bytes: Buffer): void {
  takeSpare(sessions, file);
  const descriptor = fs.openSync(file, fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW, 0o644);
  try {
    fs.writeFileSync(descriptor, bytes);
    fs.ftruncateSync(descriptor, bytes.length);
  } finally {
    fs.closeSync(descriptor);
  }
}

function takeSpare(sessions: string, file: string): void {
  const spare = path.join(sessions, SPARE);
  const stats = fs.lstatSync(spare, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isFile()) throw corruptRecord(spare, 'it is not a file');
  fs.renameSync(spare, file);
}

/** What it says is of no use any more: its sandbox is gone. */
function removeRecord(sessions: string, file: string): void {
  try {
    fs.renameSync(file, path.join(sessions, SPARE));
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

/** The sessions whose sandbox lives, oldest first. Files of others are left alone. */
export function readLiveSessions(files: EnvironmentFiles): readonly LiveSession[] {
  return readSessions(files).live;
}

export interface FoundSessions {
  /** Oldest first. */
  readonly live: readonly LiveSession[];
  /** How many files there are of sandboxes that ended. */
  readonly dead: number;
}

export function readSessions({ sessions }: EnvironmentFiles): FoundSessions {
  const found = listSessions(sessions)
    .filter((name) => !name.endsWith(UNFINISHED))
    .map((name) => parseSession(readStoreFile(path.join(sessions, name))))
    .filter((record) => record !== undefined);
  if (found.length === 0) return { live: [], dead: 0 };
  const now = bootId();
  const live = found
    .filter(({ boot_id, sandbox }) => boot_id === now && startTimeOf(sandbox.pid) === sandbox.start_time)
    .map(({ sandbox, client, started_at, shape }) => ({ sandbox, client, started_at, shape }))
    .toSorted((left, right) => (left.started_at < right.started_at ? -1 : 1));
  return { live, dead: found.length - live.length };
}

/** Removes the files of sessions that ended without doing so. To be called where none lives. */
export function removeDeadSessions({ sessions }: EnvironmentFiles): void {
  for (const name of listSessions(sessions)) removeRecord(sessions, path.join(sessions, name));
}

/** The first session makes the directory. */
function listSessions(directory: string): readonly string[] {
  // Most environments of a long list were never entered, and an error takes several times as long as a look.
  if (!fs.existsSync(directory)) return [];
  try {
    return fs.readdirSync(directory).filter((name) => name !== SPARE);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    if (hasCode(error, 'ENOTDIR')) throw corruptRecord(directory, 'it is no directory');
    throw error;
  }
}

/** A file that says nothing of use is no session: if one lives all the same, its lock says so. */
function parseSession(found: ReturnType<typeof readStoreFile>): SessionRecord | undefined {
  if (typeof found === 'string') return undefined;
  try {
    const value: unknown = JSON.parse(found.bytes.toString('utf8'));
    return isSession(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isSession(value: unknown): value is SessionRecord {
  const { sandbox, client, shape, started_at, boot_id } = (value ?? {}) as Partial<SessionRecord>;
  return (
    isProcess(sandbox?.pid) &&
    typeof sandbox?.start_time === 'string' &&
    isProcess(client?.pid) &&
    typeof client?.command === 'string' &&
    Array.isArray(shape?.targets) &&
    (shape.sources === undefined || Array.isArray(shape.sources)) &&
    typeof started_at === 'string' &&
    typeof boot_id === 'string'
  );
}

/** 0 and negative numbers would mean groups of processes. */
function isProcess(pid: unknown): boolean {
  return Number.isSafeInteger(pid) && (pid as number) > 1;
}
