import fs from 'node:fs';

import { KarapaceError } from '../../errors.ts';
import { dress, makeEntry, specialInodes, type MakeSpecial } from '../build-tree.ts';
import { setExactTimes, type TimedPath } from '../exact-times.ts';
import { hasCode } from '../system-error.ts';
import { below, byteString, systemPath } from '../system-path.ts';
import { isWhiteout, printablePath, type ByteString, type DirectoryEntry, type FileEntry } from '../tree-entry.ts';
import type { TreeWorkshop } from '../tree-workshop.ts';
import { archiveLayout, type ArchiveLayout } from './archive-layout.ts';
import type { ByteSource } from './byte-source.ts';
import type { TarMember } from './interpret-member.ts';
import { readSparseParts } from './sparse-parts.ts';
import { TAR_LIMITS } from './tar-limits.ts';
import { tarScanner } from './tar-scanner.ts';
import { unpackFile } from './unpack-file.ts';

export interface UnpackOptions {
  readonly workshop: TreeWorkshop;
  /** Set the times of the archive. Without it times are whatever they become. */
  readonly timed: boolean;
}

/**
 * Fills an empty directory, which nobody else reaches, with what an archive holds.
 *
 * @throws KarapaceError `ARCHIVE_INVALID` naming the member that is refused; what was made until then is left for the caller
 */
export function unpackTar(source: ByteSource, directory: string, options: UnpackOptions): void {
  const scanner = tarScanner(source, options.workshop.ids);
  const unpacking = openUnpacking(source, byteString(directory), options);
  let count = 0;
  let path: ByteString | undefined;
  try {
    for (let member = scanner.next(); member !== undefined; member = scanner.next()) {
      count += 1;
      path = member.entry.path;
      unpacking.add(member);
      scanner.finish(member);
      path = undefined;
    }
  } catch (error) {
    const name = path ?? scanner.lastPath;
    throw refuseMember(error, name === undefined ? `what follows member ${count}` : printName(name), source.offset);
  }
  unpacking.finish();
}

interface Unpacking {
  add(member: TarMember): void;
  /** Dresses directories, the deepest first: what is made in a directory may depend on its mode and attributes. */
  finish(): void;
}

interface Tools extends UnpackOptions {
  readonly source: ByteSource;
  readonly directory: ByteString;
  readonly layout: ArchiveLayout;
  readonly special: MakeSpecial;
}

const IMPLIED = { type: 'directory', mode: 0o755, uid: 0, gid: 0, attributes: [], opaque: false, mtime: 0n } as const;

function openUnpacking(source: ByteSource, directory: ByteString, options: UnpackOptions): Unpacking {
  const { workshop, timed } = options;
  const tools: Tools = { ...options, source, directory, layout: archiveLayout(), special: specialInodes(workshop) };
  const directories = new Map<ByteString, DirectoryEntry>([['', { ...IMPLIED, path: '' }]]);
  const times: TimedPath[] = [];
  const budget = openBudget();

  return {
    add(member) {
      const { entry } = member;
      budget.spend(member);
      const { implied, isMade } = tools.layout.admit(entry);
      for (const path of implied) {
        makeDirectory(below(directory, path));
        directories.set(path, { ...IMPLIED, path });
      }
      if (entry.type === 'directory') {
        if (!isMade) makeDirectory(below(directory, entry.path));
        directories.set(entry.path, entry);
        return;
      }
      makeMember(member, tools);
      const isTimed = timed && entry.type !== 'link' && !isWhiteout(entry) && entry.mtime !== undefined;
      if (isTimed) times.push({ path: below(directory, entry.path), mtime: entry.mtime ?? 0n });
    },
    finish() {
      for (const entry of [...directories.values()].toSorted((left, right) => (left.path < right.path ? 1 : -1))) {
        attemptDress(entry, workshop, () => dress(below(directory, entry.path), entry, workshop));
        if (timed) times.push({ path: below(directory, entry.path), mtime: entry.mtime ?? 0n });
      }
      setExactTimes(times);
    },
  };
}

function makeDirectory(location: ByteString): void {
  fs.mkdirSync(systemPath(location), 0o700);
}

function makeMember(member: TarMember, { source, directory, workshop, special }: Tools): void {
  const { entry } = member;
  attemptDress(entry, workshop, () =>
    makeEntry(directory, entry, {
      workshop,
      special,
      placeFile(file, location) {
        const parts = partsOf(file, member, source);
        unpackFile(location, file.size, { source, parts });
        dress(location, file, workshop);
      },
    }),
  );
}

function partsOf({ size }: FileEntry, { stored, isSparse }: TarMember, source: ByteSource) {
  return isSparse ? readSparseParts(source, { stored, size }) : [{ offset: 0, size }];
}

interface Budget {
  /** @throws RangeError where the archive asks for more than there is for all of it */
  spend(member: TarMember): void;
}

function openBudget(): Budget {
  let attributes = 0;
  let holes = 0;
  return {
    spend({ entry, stored }) {
      if (entry.type === 'link') return;
      for (const { name, value } of entry.attributes) attributes += name.length + value.length;
      if (attributes > TAR_LIMITS.attributes) {
        throw new RangeError(`the archive has more than ${TAR_LIMITS.attributes} bytes of attributes`);
      }
      if (entry.type === 'file') holes += Math.max(0, entry.size - stored);
      if (holes > TAR_LIMITS.holes)
        throw new RangeError(`the archive has more than ${TAR_LIMITS.holes} bytes of holes`);
    },
  };
}

/** What the kernel or the file system does not take is the archive's fault; everything else is the store's. */
function attemptDress(entry: TarMember['entry'], { layout }: TreeWorkshop, action: () => void): void {
  try {
    action();
  } catch (error) {
    const reason = reasonOf(error, entry, layout.root);
    if (reason === undefined) throw error;
    throw refuse(printName(entry.path), reason, error);
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

function refuseMember(error: unknown, name: string, offset: number): unknown {
  return error instanceof RangeError ? refuse(name, `${error.message} (before byte ${offset})`, error) : error;
}

function refuse(name: string, reason: string, cause?: unknown): KarapaceError {
  return new KarapaceError('ARCHIVE_INVALID', `The archive is refused because of ${name}: ${reason}`, {
    hint: 'Make the archive again, of relative paths and with every path once, for example with `tar --format=posix`.',
    cause,
  });
}

/** Paths may be as long as a header says. */
function printName(path: ByteString): string {
  const printed = printablePath(path);
  return `\`${printed.length > 200 ? `${printed.slice(0, 200)}…` : printed}\``;
}
