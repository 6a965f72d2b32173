import type { StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { promisify } from 'node:util';

import { KarapaceError } from '../errors.ts';
import { childProcess } from './child-process.ts';
import { hasCode } from './system-error.ts';

// Node has no syncfs. Its program is looked for in the system's own places, whatever PATH says.
const OPTIONS = { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } } as const;

/** Everything written to the file system of a path so far is on the disk when this returns. */
export function syncFileSystemNow(path: string): void {
  const first = runSync(path, 'pipe');
  // Where descriptors are scarce the reason of a failure is not heard, but the failure is.
  const { status, error, stderr } = hasCode(first.error, 'EMFILE') ? runSync(path, 'ignore') : first;
  if (error !== undefined) throw startError(error);
  if (status !== 0) throw syncError(path, stderr ?? '');
}

function runSync(path: string, errors: 'pipe' | 'ignore') {
  // The last two are the lock and the requests of a tree process, which a sync that outlives it must not hold.
  const stdio: StdioOptions = ['ignore', 'ignore', errors, 'ignore', 'ignore'];
  return childProcess().spawnSync('sync', ['-f', path], { ...OPTIONS, encoding: 'utf8', stdio });
}

export async function syncFileSystem(path: string): Promise<void> {
  const child = childProcess().spawn('sync', ['-f', path], { ...OPTIONS, stdio: ['ignore', 'ignore', 'pipe'] });
  await once(child, 'spawn').catch((error: unknown) => Promise.reject(startError(error)));
  let message = '';
  child.stderr.on('data', (chunk: Buffer) => (message += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw syncError(path, message);
}

/** Threads that Node has for this. */
const AT_ONCE = 4;

/**
 * The bytes of files, and all else that their inodes have, are on the disk when it resolves. Waits for nothing that others
 * wrote, and a file system with a journal takes those that come at once together.
 */
export async function syncFiles(files: readonly string[]): Promise<void> {
  for (let start = 0; start < files.length; start += AT_ONCE) {
    await Promise.all(files.slice(start, start + AT_ONCE).map(syncFile));
  }
}

async function syncFile(file: string): Promise<void> {
  const descriptor = fs.openSync(file, fs.constants.O_RDONLY);
  try {
    await promisify(fs.fsync)(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Names that were made, changed or removed in a directory are on the disk when this returns. */
export function syncDirectory(directory: string): void {
  syncOpened(directory, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
}

/** The same, and the bytes of a file. */
export function syncPath(path: string): void {
  syncOpened(path, fs.constants.O_RDONLY);
}

function syncOpened(path: string, flags: number): void {
  const descriptor = fs.openSync(path, flags);
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function startError(cause: unknown): unknown {
  if (hasCode(cause, 'EMFILE', 'ENFILE')) return cause;
  return new KarapaceError('TOOL_MISSING', 'The program `sync` of coreutils cannot be run', {
    hint: 'Run `karapace doctor --fix`.',
    cause,
  });
}

/** A sync that failed once may succeed the next time and still have lost the bytes: nothing may rely on them. */
function syncError(path: string, message: string): KarapaceError {
  return new KarapaceError(
    'STORE_UNWRITABLE',
    `The disk under \`${path}\` did not take what was written: ${message.trim()}`,
    {
      hint: 'Check the disk with `dmesg` before you build again.',
    },
  );
}
