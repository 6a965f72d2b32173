import type { ObjectId } from '../../contracts/ids.ts';
import { MAX_ID } from '../check-tree.ts';
import type { ByteString, HardLinkEntry, InodeEntry } from '../tree-entry.ts';
import { checkKeywords } from './pax-keywords.ts';
import { printable, type PaxRecords } from './pax-records.ts';
import { checkAttributePlace, readTarAttributes } from './tar-attributes.ts';
import type { TarHeader } from './tar-header.ts';
import { TAR_LIMITS } from './tar-limits.ts';
import { countWithin } from './tar-number.ts';
import { readTarPath } from './tar-path.ts';
import { readTime, secondsToTime } from './tar-time.ts';

/** What extended headers say of the member behind them. */
export interface TarExtension {
  readonly pax?: PaxRecords | undefined;
  /** GNU's headers of the types `L` and `K`. */
  readonly longPath?: ByteString | undefined;
  readonly longTarget?: ByteString | undefined;
}

/** One member, with the one thing that it means. */
export interface TarMember {
  /** A file's object is not known yet. */
  readonly entry: InodeEntry | HardLinkEntry;
  /** Bytes of content that follow in the archive. */
  readonly stored: number;
  /** The content begins with a list of the file's parts. */
  readonly isSparse: boolean;
}

/** What becomes of owners: those of the id space stay, `single` has 0 alone, and `squashed` makes 0 of them. */
export type Owners = 'full' | 'single' | 'squashed';

const NO_RECORDS: PaxRecords = new Map();
const UNKNOWN_OBJECT = '' as ObjectId;

/** @throws RangeError on whatever has no meaning, or more than one */
export function interpretMember(header: TarHeader, extension: TarExtension, owners: Owners): TarMember {
  const pax = extension.pax ?? NO_RECORDS;
  checkKeywords(pax);
  if (extension.pax !== undefined && (extension.longPath ?? extension.longTarget) !== undefined) {
    throw new RangeError('it has extended headers of two formats');
  }
  const sparse = readSparse(pax, header);
  const named = readTarPath(pathOf(header, extension, pax));
  const type = typeOf(header, named.isDirectoryName, named.path);
  const stored = sizeOf(header, pax);
  if (type !== 'file' && stored !== 0) throw new RangeError(`it is a ${type} with content`);
  if (type !== 'file' && sparse !== undefined) throw new RangeError(`it is a sparse ${type}`);
  const { path } = named;
  if (type === 'link') {
    return { entry: { type, path, target: linkTarget(header, extension, pax) }, stored: 0, isSparse: false };
  }
  const { opaque, attributes } = readTarAttributes(pax);
  const inode = { path, ...metadata(header, pax, owners), attributes };
  const entry = ((): InodeEntry => {
    switch (type) {
      case 'file':
        return { type, ...inode, size: sparse ?? stored, object: UNKNOWN_OBJECT };
      case 'directory':
        return { type, ...inode, opaque };
      case 'symlink':
        return { type, ...inode, mode: 0o777, target: symlinkTarget(header, extension, pax) };
      case 'fifo':
        return { type, ...inode };
      default:
        return { type, ...inode, ...deviceOf(header) };
    }
  })();
  checkAttributePlace(entry, opaque);
  return { entry, stored, isSparse: sparse !== undefined };
}

const TYPES: Readonly<Record<string, InodeEntry['type'] | 'link'>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
};

function typeOf({ type: code }: TarHeader, isDirectoryName: boolean, path: ByteString): InodeEntry['type'] | 'link' {
  const type = TYPES[code];
  if (type === undefined) throw new RangeError(`it is of the type \`${printable(code)}\`, which is not supported`);
  // The oldest archives have no other mark of a directory.
  if (code === '\0' && isDirectoryName) return 'directory';
  if (type !== 'directory' && (isDirectoryName || path === '')) {
    throw new RangeError(`it is a ${type} with the path of a directory`);
  }
  return type;
}

function pathOf({ path }: TarHeader, { longPath }: TarExtension, pax: PaxRecords): ByteString {
  return textOf(pax, 'GNU.sparse.name') ?? textOf(pax, 'path') ?? longPath ?? path;
}

function linkTarget({ target }: TarHeader, { longTarget }: TarExtension, pax: PaxRecords): ByteString {
  const { path, isDirectoryName } = readTarPath(textOf(pax, 'linkpath') ?? longTarget ?? target);
  if (isDirectoryName || path === '') throw new RangeError('it is a hard link to a directory');
  return path;
}

function symlinkTarget({ target }: TarHeader, { longTarget }: TarExtension, pax: PaxRecords): ByteString {
  const text = textOf(pax, 'linkpath') ?? longTarget ?? target;
  if (text === '' || text.includes('\0') || text.length > TAR_LIMITS.target) {
    throw new RangeError(`the target of a symbolic link has 1 to ${TAR_LIMITS.target} bytes, none of them NUL`);
  }
  return text;
}

function deviceOf({ major, minor }: TarHeader): { readonly major: number; readonly minor: number } {
  return {
    major: countWithin(major, TAR_LIMITS.major, 'device number'),
    minor: countWithin(minor, TAR_LIMITS.minor, 'device number'),
  };
}

/** Bits above are the type once more in some archives. */
const MODE_WITH_TYPE = 0o177_777;

function metadata(header: TarHeader, pax: PaxRecords, owners: Owners) {
  const limit = owners === 'single' ? 0 : MAX_ID;
  const owner = (id: bigint, what: string): number => countWithin(id, limit, what) * (owners === 'squashed' ? 0 : 1);
  const time = textOf(pax, 'mtime');
  return {
    mode: countWithin(header.mode, MODE_WITH_TYPE, 'mode') & 0o7777,
    uid: owner(agreed('uid', header.uid, pax), 'user id'),
    gid: owner(agreed('gid', header.gid, pax), 'group id'),
    mtime: time === undefined ? secondsToTime(header.mtime) : readTime(time),
  };
}

function sizeOf(header: TarHeader, pax: PaxRecords): number {
  return countWithin(agreed('size', header.size, pax), Number.MAX_SAFE_INTEGER, 'size');
}

const FIELD_LIMITS = { size: 8n ** 11n - 1n, uid: 8n ** 7n - 1n, gid: 8n ** 7n - 1n } as const;

/** A number that is in both headers must be the same, unless the fixed field is too small for it and empty. */
function agreed(keyword: keyof typeof FIELD_LIMITS, fixed: bigint, pax: PaxRecords): bigint {
  const text = textOf(pax, keyword);
  if (text === undefined) return fixed;
  if (!/^\d{1,20}$/.test(text)) throw new RangeError(`the ${keyword} in its extended header is no number`);
  const value = BigInt(text);
  if (value === fixed || (fixed === 0n && value > FIELD_LIMITS[keyword])) return value;
  throw new RangeError(`its two headers differ: ${keyword} ${fixed} and ${value}`);
}

function textOf(pax: PaxRecords, keyword: string): string | undefined {
  return pax.get(keyword)?.toString('latin1');
}

/** The size of a sparse file, in the one form of GNU tar's that keeps its parts in the content. */
function readSparse(pax: PaxRecords, { type }: TarHeader): number | undefined {
  const [major, minor, name, size] = ['major', 'minor', 'name', 'realsize'].map((part) =>
    textOf(pax, `GNU.sparse.${part}`),
  );
  if ([major, minor, name, size].every((part) => part === undefined)) return undefined;
  const isWhole = major === '1' && minor === '0' && name !== undefined && /^\d{1,16}$/.test(size ?? '');
  if (!isWhole || type !== '0') throw new RangeError('it is sparse in a way that is not supported');
  return countWithin(BigInt(size ?? 0), Number.MAX_SAFE_INTEGER, 'size');
}
