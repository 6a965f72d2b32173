// Reading is all that is done with the disk here; writing is for core/src/store.
import fs from 'node:fs';
import path from 'node:path';

import { KarapaceError } from '../errors.ts';
import { MAX_MANIFEST_BYTES } from '../manifest/check-size.ts';
import { nearestName } from '../manifest/nearest-name.ts';

/**
 * The text of a manifest; a pipe or a device is refused without waiting for it.
 *
 * @throws KarapaceError `MANIFEST_NOT_FOUND`, `MANIFEST_UNREADABLE`
 */
export async function readManifestFile(file: string): Promise<string> {
  return withManifest(file, (descriptor) => {
    if (kindOf(descriptor, file) === 'directory') throw unreadable(file, 'is a directory');
    return decode(readBounded(descriptor, file), file);
  });
}

/**
 * Whether something that can be read as a manifest is there, or a directory that may hold one.
 *
 * @throws KarapaceError `MANIFEST_NOT_FOUND`, `MANIFEST_UNREADABLE`
 */
export async function manifestKind(file: string): Promise<'file' | 'directory'> {
  return withManifest(file, (descriptor) => kindOf(descriptor, file));
}

/** Which of the names are taken in a directory, by whatever it is. */
export async function takenNames(directory: string, names: readonly string[]): Promise<readonly string[]> {
  return names.filter((name) => isTaken(path.join(directory, name)));
}

/** The user id that owns a file. */
export async function ownerOf(file: string): Promise<number> {
  return fs.statSync(file).uid;
}

function isTaken(file: string): boolean {
  try {
    fs.lstatSync(file);
    return true;
  } catch (error) {
    // A directory above the project that may not be entered holds nothing for this user.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error))) return false;
    throw unreadable(file, 'cannot be looked at', error);
  }
}

// Promises of `node:fs` take longer to load than the rest of a build that has nothing to do.
function withManifest<T>(file: string, action: (descriptor: number) => T): T {
  const descriptor = openManifest(file);
  try {
    return action(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function openManifest(file: string): number {
  try {
    // A pipe without a writer would block an ordinary open; a terminal must not become ours.
    return fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY);
  } catch (error) {
    if (file.includes('\0')) throw unreadable(file, 'has a name with a NUL in it', error);
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw notFound(file, error);
    throw unreadable(file, REASONS[codeOf(error)] ?? 'cannot be opened', error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'may not be read by you',
  EPERM: 'may not be read by you',
  ELOOP: 'is a link in a circle',
  ENAMETOOLONG: 'has a name that is too long',
};

function kindOf(descriptor: number, file: string): 'file' | 'directory' {
  const stats = fs.fstatSync(descriptor);
  if (stats.isDirectory()) return 'directory';
  if (!stats.isFile()) throw unreadable(file, 'is neither a file nor a directory');
  return 'file';
}

function readBounded(descriptor: number, file: string): Buffer {
  // One more than may be: the size that stat gives can change, and is 0 in /proc.
  const buffer = Buffer.alloc(MAX_MANIFEST_BYTES + 1);
  let length = 0;
  for (;;) {
    const count = fs.readSync(descriptor, buffer, length, buffer.length - length, null);
    length += count;
    if (length > MAX_MANIFEST_BYTES) throw unreadable(file, `is larger than ${MAX_MANIFEST_BYTES} bytes`);
    if (count === 0) return buffer.subarray(0, length);
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(file, 'is not text in UTF-8', error);
  }
}

function notFound(file: string, cause: unknown): KarapaceError {
  const nearest = nearestName(path.basename(file), namesIn(path.dirname(file)));
  const isLink = isTaken(file);
  return new KarapaceError(
    'MANIFEST_NOT_FOUND',
    `${isLink ? 'There is nothing behind the link' : 'There is no manifest'} \`${file}\``,
    {
      cause,
      hint:
        nearest === undefined || isLink
          ? 'Make one with `karapace new <name>`.'
          : `Did you mean \`${path.join(path.dirname(file), nearest)}\`?`,
    },
  );
}

function namesIn(directory: string): readonly string[] {
  try {
    return fs.readdirSync(directory);
  } catch {
    // Without the names there is only no suggestion.
    return [];
  }
}

function unreadable(file: string, reason: string, cause?: unknown): KarapaceError {
  return new KarapaceError('MANIFEST_UNREADABLE', `The manifest \`${file}\` ${reason}`, {
    cause,
    place: { file },
    hint: 'Give the path of a manifest, or make one with `karapace new`.',
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
