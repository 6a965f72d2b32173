// Reading is all that is done with the disk here; writing is for core/src/store.
import { constants } from 'node:fs';
import { lstat, open, readdir, stat, type FileHandle } from 'node:fs/promises';
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
  await using handle = await openManifest(file);
  if ((await kindOf(handle, file)) === 'directory') throw unreadable(file, 'is a directory');
  return decode(await readBounded(handle, file), file);
}

/**
 * Whether something that can be read as a manifest is there, or a directory that may hold one.
 *
 * @throws KarapaceError `MANIFEST_NOT_FOUND`, `MANIFEST_UNREADABLE`
 */
export async function manifestKind(file: string): Promise<'file' | 'directory'> {
  await using handle = await openManifest(file);
  return await kindOf(handle, file);
}

/** Which of the names are taken in a directory, by whatever it is. */
export async function takenNames(directory: string, names: readonly string[]): Promise<readonly string[]> {
  const taken = await Promise.all(names.map((name) => isTaken(path.join(directory, name))));
  return names.filter((_, index) => taken[index]);
}

/** The user id that owns a file. */
export async function ownerOf(file: string): Promise<number> {
  return (await stat(file)).uid;
}

async function isTaken(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    // A directory above the project that may not be entered holds nothing for this user.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error))) return false;
    throw unreadable(file, 'cannot be looked at', error);
  }
}

async function openManifest(file: string): Promise<FileHandle> {
  try {
    // A pipe without a writer would block an ordinary open; a terminal must not become ours.
    return await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    if (file.includes('\0')) throw unreadable(file, 'has a name with a NUL in it', error);
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw await notFound(file, error);
    throw unreadable(file, REASONS[codeOf(error)] ?? 'cannot be opened', error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'may not be read by you',
  EPERM: 'may not be read by you',
  ELOOP: 'is a link in a circle',
  ENAMETOOLONG: 'has a name that is too long',
};

async function kindOf(handle: FileHandle, file: string): Promise<'file' | 'directory'> {
  const stats = await handle.stat();
  if (stats.isDirectory()) return 'directory';
  if (!stats.isFile()) throw unreadable(file, 'is neither a file nor a directory');
  return 'file';
}

async function readBounded(handle: FileHandle, file: string): Promise<Buffer> {
  // One more than may be: the size that stat gives can change, and is 0 in /proc.
  const buffer = Buffer.alloc(MAX_MANIFEST_BYTES + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    length += bytesRead;
    if (length > MAX_MANIFEST_BYTES) throw unreadable(file, `is larger than ${MAX_MANIFEST_BYTES} bytes`);
    if (bytesRead === 0) return buffer.subarray(0, length);
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(file, 'is not text in UTF-8', error);
  }
}

async function notFound(file: string, cause: unknown): Promise<KarapaceError> {
  const nearest = nearestName(path.basename(file), await namesIn(path.dirname(file)));
  const isLink = await isTaken(file);
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

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
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
