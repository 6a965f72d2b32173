import type { ByteString } from '../tree-entry.ts';
import type { ByteSource } from './byte-source.ts';
import { interpretMember, type Owners, type TarExtension, type TarMember } from './interpret-member.ts';
import { checkGlobalKeywords } from './pax-keywords.ts';
import { readPaxRecords } from './pax-records.ts';
import { readTarHeader, type TarHeader } from './tar-header.ts';
import { BLOCK, padding, TAR_LIMITS } from './tar-limits.ts';
import { countWithin } from './tar-number.ts';

/**
 * Reads members one after the other. What it throws is a RangeError: the archive is not whole, or a header has no single
 * meaning.
 */
export interface TarScanner {
  /** The next member, its content still unread, or `undefined` at the end of a whole archive. */
  next(): TarMember | undefined;
  /** To be called when a member's content was taken. */
  finish(member: TarMember): void;
  /** For messages: the path of the headers that were read last, as it is written there. */
  readonly lastPath: ByteString | undefined;
}

/**
 * How an archive ends: `marked` by two blocks of zeros, or also `abrupt`, with neither these nor the last content's padding. So
 * `umoci insert` ends layers, and whatever Go reads may.
 */
export type ArchiveEnd = 'marked' | 'abrupt';

export interface ScannerOptions {
  readonly owners: Owners;
  readonly end: ArchiveEnd;
}

export function tarScanner(source: ByteSource, { owners, end }: ScannerOptions): TarScanner {
  let lastPath: ByteString | undefined;

  return {
    next() {
      lastPath = undefined;
      let extension: TarExtension = {};
      for (let header = takeHeader(source, end); header !== undefined; header = takeHeader(source, end)) {
        if (isMember(header)) {
          lastPath ??= header.path;
          return interpretMember(header, extension, owners);
        }
        extension = extend(extension, header, takeContent(source, header));
        lastPath = extension.pax?.get('path')?.toString('latin1') ?? extension.longPath;
      }
      if (!isEmpty(extension)) throw new RangeError('an extended header is followed by no member');
      return undefined;
    },
    finish: ({ stored }) => takePadding(source, padding(stored), end),
    get lastPath() {
      return lastPath;
    },
  };
}

function takeHeader(source: ByteSource, end: ArchiveEnd): TarHeader | undefined {
  const block = takeBlock(source, end);
  if (block !== undefined && !isZero(block)) return readTarHeader(block);
  if (block !== undefined) takeEnd(source, end);
  return undefined;
}

/** `undefined` at an abrupt end that is allowed. */
function takeBlock(source: ByteSource, end: ArchiveEnd): Buffer | undefined {
  const block = source.take(BLOCK);
  if (block !== undefined) return block;
  if (end === 'abrupt' && source.takeSome(BLOCK).length === 0) return undefined;
  throw cut();
}

function takeWhole(source: ByteSource, count: number): Buffer {
  const bytes = source.take(count);
  if (bytes === undefined) throw cut();
  return bytes;
}

function takePadding(source: ByteSource, count: number, end: ArchiveEnd): void {
  const isThere = source.take(count) !== undefined;
  if (isThere) return;
  if (end === 'marked') throw cut();
  source.takeSome(count);
}

function cut(): RangeError {
  return new RangeError('the archive is cut');
}

function takeEnd(source: ByteSource, end: ArchiveEnd): void {
  if (!isZero(takeBlock(source, end) ?? ZERO_BLOCK))
    throw new RangeError('a block of zeros is followed by something else');
  for (let rest = source.takeSome(BLOCK); rest.length > 0; rest = source.takeSome(BLOCK)) {
    if (!isZero(rest)) throw new RangeError('something follows the end of the archive');
  }
}

const ZERO_BLOCK = Buffer.alloc(BLOCK);

function isZero(block: Buffer): boolean {
  return block.equals(ZERO_BLOCK.subarray(0, block.length));
}

function isMember({ type }: TarHeader): boolean {
  return type !== 'g' && type !== 'x' && type !== 'L' && type !== 'K';
}

function takeContent(source: ByteSource, { size }: TarHeader): Buffer {
  const length = countWithin(size, TAR_LIMITS.extension, 'extended header’s length');
  const content = Buffer.from(takeWhole(source, length));
  takeWhole(source, padding(length));
  return content;
}

function extend(extension: TarExtension, { type }: TarHeader, content: Buffer): TarExtension {
  if (type === 'g') {
    if (!isEmpty(extension)) throw new RangeError('a global header comes between a member and its own');
    checkGlobalKeywords(readPaxRecords(content));
    return extension;
  }
  const key = type === 'x' ? 'pax' : type === 'L' ? 'longPath' : 'longTarget';
  if (extension[key] !== undefined) throw new RangeError('it has two extended headers of one kind');
  return { ...extension, [key]: key === 'pax' ? readPaxRecords(content) : readLongText(content) };
}

function readLongText(content: Buffer): ByteString {
  if (content.indexOf(0) !== content.length - 1) throw new RangeError('its long path does not end with its only NUL');
  return content.toString('latin1', 0, content.length - 1);
}

function isEmpty({ pax, longPath, longTarget }: TarExtension): boolean {
  return pax === undefined && longPath === undefined && longTarget === undefined;
}
