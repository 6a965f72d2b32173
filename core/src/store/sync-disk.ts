import fs from 'node:fs';

import { KarapaceError } from '../errors.ts';

// Node has no syncfs. Its program is looked for in the system's own places, whatever PATH says.
const OPTIONS = { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } } as const;

/** Imported, this module and those that it needs would be loaded by every start of the program. */
function childProcess() {
  return process.getBuiltinModule('node:child_process');
}

/** Everything written to the file system of a path so far is on the disk when this returns. */
export function syncFileSystemNow(path: string): void {
  // The fourth stream is the lock of a tree process, which a sync that outlives it must not hold.
  const stdio = ['ignore', 'ignore', 'pipe', 'ignore'] as const;
  const { status, error, stderr } = childProcess().spawnSync('sync', ['-f', path], {
    ...OPTIONS,
    encoding: 'utf8',
    stdio: [...stdio],
  });
  if (error !== undefined) throw missingError(error);
  if (status !== 0) throw syncError(path, stderr);
}

export async function syncFileSystem(path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = childProcess().spawn('sync', ['-f', path], { ...OPTIONS, stdio: ['ignore', 'ignore', 'pipe'] });
  let message = '';
  child.stderr.on('data', (chunk: Buffer) => (message += chunk.toString()));
  child.on('error', (error) => reject(missingError(error)));
  child.on('close', (status) => (status === 0 ? resolve() : reject(syncError(path, message))));
  return promise;
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

function missingError(cause: Error): KarapaceError {
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
