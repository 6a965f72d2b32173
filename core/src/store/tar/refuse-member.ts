import fs from 'node:fs';

import { KarapaceError } from '../../errors.ts';
import { hasCode } from '../system-error.ts';
import { isWhiteout, printablePath, type ByteString } from '../tree-entry.ts';
import type { TreeWorkshop } from '../tree-workshop.ts';
import type { TarMember } from './interpret-member.ts';

/** What the kernel or the file system does not take is the archive's fault; everything else is the store's. */
export function attemptDress(entry: TarMember['entry'], { layout }: TreeWorkshop, action: () => void): void {
  try {
    action();
  } catch (error) {
    const reason = reasonOf(error, entry, layout.root);
    if (reason === undefined) throw error;
    throw refuse(printName(entry.path), reason, { cause: error });
  }
}

const ROOM = 1024 * 1024;

function reasonOf(error: unknown, entry: TarMember['entry'], root: string): string | undefined {
  const isDevice = (entry.type === 'character' || entry.type === 'block') && !isWhiteout(entry);
  if (isDevice) return 'devices cannot be made here';
  if (hasCode(error, 'ENAMETOOLONG')) return 'its path is too long here';
  if (hasCode(error, 'EMLINK')) return 'it is one hard link too many here';
  if (hasCode(error, 'EINVAL', 'E2BIG', 'ERANGE', 'EOPNOTSUPP')) return 'its owner or attributes cannot be kept here';
  // Some file systems have no more than a block for the attributes of an inode, and say that they are full.
  const isLarge = hasCode(error, 'ENOSPC') && entry.type !== 'link' && entry.attributes.length > 0;
  const { bavail, bsize } = isLarge ? fs.statfsSync(root) : { bavail: 0, bsize: 0 };
  return bavail * bsize > ROOM ? 'its attributes are too large to be kept here' : undefined;
}

export interface RefusedMember {
  /** The archive's name; empty where there is one alone. */
  readonly archive: string;
  readonly what: string;
  readonly offset: number;
}

/** Makes what has no single meaning an error for people; anything else passes as it is. */
export function refuseMember(error: unknown, { archive, what, offset }: RefusedMember): unknown {
  if (!(error instanceof RangeError)) return error;
  return refuse(what, `${error.message} (before byte ${offset})`, { archive, cause: error });
}

function refuse(what: string, reason: string, { archive = '', cause }: RefusalDetails): KarapaceError {
  const subject = archive === '' ? 'The archive' : `The archive \`${archive}\``;
  return new KarapaceError('ARCHIVE_INVALID', `${subject} is refused because of ${what}: ${reason}`, {
    hint: 'Make the archive again, of relative paths and with every path once, for example with `tar --format=posix`.',
    cause,
  });
}

interface RefusalDetails {
  readonly archive?: string;
  readonly cause: unknown;
}

/** Paths may be as long as a header says. */
export function printName(path: ByteString): string {
  const printed = printablePath(path);
  return `\`${printed.length > 200 ? `${printed.slice(0, 200)}…` : printed}\``;
}
