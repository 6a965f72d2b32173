import type { ByteString } from '../tree-entry.ts';
import { TAR_LIMITS } from './tar-limits.ts';

export interface TarPath {
  /** As in a tree: relative, the root is empty. */
  readonly path: ByteString;
  /** Ends with a slash or a dot, which only directories may. */
  readonly isDirectoryName: boolean;
}

/**
 * What a path of an archive means: relative to its root, where `.` and empty names between slashes mean nothing.
 *
 * @throws RangeError on a path that leads anywhere else, or is too long
 */
export function readTarPath(bytes: ByteString): TarPath {
  if (bytes === '') throw new RangeError('its path is empty');
  if (bytes.includes('\0')) throw new RangeError('its path has a NUL');
  // `umoci insert` names the root so.
  const isRoot = /^\/+$/u.test(bytes);
  if (bytes.startsWith('/') && !isRoot) throw new RangeError('its path is absolute');
  const parts = bytes.split('/');
  const last = parts.at(-1);
  const names = parts.filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) throw new RangeError('its path has `..`');
  const path = names.join('/');
  if (names.length > TAR_LIMITS.depth) throw new RangeError(`its path is deeper than ${TAR_LIMITS.depth} names`);
  if (path.length > TAR_LIMITS.path) throw new RangeError(`its path is longer than ${TAR_LIMITS.path} bytes`);
  if (names.some((name) => name.length > TAR_LIMITS.name)) {
    throw new RangeError(`a name in its path is longer than ${TAR_LIMITS.name} bytes`);
  }
  return { path, isDirectoryName: last === '' || last === '.' };
}
