import fs from 'node:fs';
import path from 'node:path';

import { KarapaceError } from '../../errors.ts';
import { hasCode } from '../system-error.ts';

/** Names a file without opening it; Node has no constant for it. */
const O_PATH = 0o1000_0000;

/** What a path leads to, held: as long as it is, nothing else has its device and inode number. */
export interface HeldSource extends Disposable {
  /** Without links. */
  readonly real: string;
  /** `device:inode`, as `stat --format=%d:%i` prints it. */
  readonly inode: string;
}

/**
 * Looks once where a path leads.
 *
 * @throws KarapaceError `SANDBOX_FAILED` where nothing is there, or where it cannot be seen
 */
export function holdSource(source: string): HeldSource {
  const descriptor = open(source);
  const { dev, ino } = fs.fstatSync(descriptor, { bigint: true });
  return {
    real: fs.readlinkSync(`/proc/self/fd/${descriptor}`),
    inode: `${dev}:${ino}`,
    [Symbol.dispose]: () => fs.closeSync(descriptor),
  };
}

function open(source: string): number {
  try {
    return fs.openSync(source, O_PATH);
  } catch (cause) {
    throw hasCode(cause, 'ENOENT', 'ENOTDIR') ? absent(source, cause) : unseen(source, cause);
  }
}

/** Where a path leads, or would lead if what is missing of it were there: the real path of what is there, and the rest. */
export function realPlace(source: string): string {
  const real = realPath(source);
  if (real !== undefined) return real;
  const { dir, base } = path.parse(source);
  return path.join(realPlace(dir), base);
}

/** @returns `undefined` where nothing is there */
export function realPath(source: string): string | undefined {
  try {
    return fs.realpathSync(source);
  } catch (cause) {
    if (hasCode(cause, 'ENOENT', 'ENOTDIR')) return undefined;
    throw unseen(source, cause);
  }
}

function absent(source: string, cause: unknown): KarapaceError {
  return new KarapaceError('SANDBOX_FAILED', `The mount needs \`${source}\`, which does not exist`, {
    hint: 'Create it, or remove the mount.',
    cause,
  });
}

function unseen(source: string, cause: unknown): KarapaceError {
  return new KarapaceError('SANDBOX_FAILED', `\`${source}\` cannot be mounted: where it leads cannot be seen`, {
    hint: 'Mount a directory that you can enter.',
    cause,
  });
}
