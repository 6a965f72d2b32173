import fs from 'node:fs';
import path from 'node:path';

import type { LayerKey } from '../contracts/ids.ts';
import type { BuildLog, KeptLog, LogStore } from '../contracts/store.ts';
import { makeDirectory } from './make-directory.ts';
import { removeFile } from './remove-file.ts';
import { isDigest, type StoreLayout } from './store-layout.ts';
import type { StoreCore } from './store-core.ts';
import { hasCode, inStore } from './system-error.ts';
import { uniqueName } from './unique-name.ts';

/** Bytes of one log; of what is printed after that, only the end is kept. */
const MAX_BYTES = 16 * 1024 * 1024;
const END_CHARACTERS = 64 * 1024;

/** A link or a pipe in the place of a log is never followed and never waited for. */
const READ = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/** What build steps printed, by layer: plain text below `cache/`. Nothing depends on it, and no build fails of it. */
export function logStore(core: StoreCore): LogStore {
  const { layout } = core;
  const fileOf = (key: LayerKey): string => path.join(logDirectory(layout), key);
  return {
    async begin(key, onLost) {
      const temporary = path.join(await core.staging(), uniqueName());
      return openLog({ temporary, file: fileOf(key), onLost });
    },
    find: (key) => inStore({ root: layout.root }, async () => findLog(fileOf(key), key)),
    list: () =>
      inStore({ root: layout.root }, async () => listLogs(layout).flatMap((key) => findLog(fileOf(key), key) ?? [])),
  };
}

/** Removes the logs of layers that the store does not have: of layers that are gone, and of builds that failed. */
export function sweepLogs(layout: StoreLayout): void {
  for (const key of listLogs(layout))
    if (!fs.existsSync(layout.layer(key))) removeFile(path.join(logDirectory(layout), key));
}

interface Place {
  readonly temporary: string;
  readonly file: string;
  /** Called once, with the reason, where the output cannot be kept. */
  readonly onLost: (reason: string) => void;
}

function openLog({ temporary, file, onLost }: Place): BuildLog {
  let descriptor: number | undefined;
  let state: 'open' | 'kept' | 'lost' | 'empty' = 'open';
  let written = 0;
  let end = '';
  let left = 0;

  function attempt(action: () => void): void {
    if (state !== 'open') return;
    try {
      action();
    } catch (error) {
      state = 'lost';
      close();
      onLost((error as Error).message);
    }
  }

  function close(): void {
    const open = descriptor;
    descriptor = undefined;
    if (open !== undefined) fs.closeSync(open);
  }

  function append(text: string): void {
    descriptor ??= fs.openSync(temporary, 'wx', 0o600);
    written += fs.writeSync(descriptor, text);
  }

  function leaveOut(text: string): void {
    end += text;
    if (end.length < 2 * END_CHARACTERS) return;
    left += end.length - END_CHARACTERS;
    end = end.slice(-END_CHARACTERS);
  }

  function finish(): void {
    if (end !== '') append(`[… ${left} characters are left out here …]\n${end}`);
    const isEmpty = descriptor === undefined;
    close();
    if (isEmpty) removeFile(file);
    else {
      makeDirectory(path.dirname(file));
      fs.renameSync(temporary, file);
    }
    state = isEmpty ? 'empty' : 'kept';
  }

  return {
    write: (line) => attempt(() => (written < MAX_BYTES ? append(`${line}\n`) : leaveOut(`${line}\n`))),
    keep() {
      attempt(finish);
      return state === 'kept';
    },
  };
}

function logDirectory(layout: StoreLayout): string {
  return path.join(layout.directory('cache'), 'logs');
}

function listLogs(layout: StoreLayout): readonly LayerKey[] {
  try {
    return fs.readdirSync(logDirectory(layout)).filter(isDigest) as LayerKey[];
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

function findLog(file: string, key: LayerKey): KeptLog | undefined {
  const stats = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return undefined;
  const read = (): fs.ReadStream => fs.createReadStream(file, { fd: fs.openSync(file, READ) });
  return { key, file, bytes: stats.size, written_at: stats.mtime.toISOString(), read };
}
