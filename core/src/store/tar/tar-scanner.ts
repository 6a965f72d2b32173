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

export function tarScanner(source: ByteSource, owners: Owners): TarScanner {
  let lastPath: ByteString | undefined;

  return {
    next() {
      lastPath = undefined;
      let extension: TarExtension = {};
      for (let header = takeHeader(source); header !== undefined; header = takeHeader(source)) {
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
    finish: ({ stored }) => void takeWhole(source, padding(stored)),
    get lastPath() {
      return lastPath;
    },
  };
}

function takeHeader(source: ByteSource): TarHeader | undefined {
  const block = takeWhole(source, BLOCK);
  if (!isZero(block)) return readTarHeader(block);
  takeEnd(source);
  return undefined;
}

function takeWhole(source: ByteSource, count: number): Buffer {
  const bytes = source.take(count);
  if (bytes === undefined) throw new RangeError('the archive is cut');
  return bytes;
}

function takeEnd(source: ByteSource): void {
  if (!isZero(takeWhole(source, BLOCK))) throw new RangeError('a block of zeros is followed by something else');
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
