import type { ByteString } from '../tree-entry.ts';
import { BLOCK } from './tar-limits.ts';
import { formatNumber, readNumber } from './tar-number.ts';

export type TarDialect = 'ustar' | 'gnu' | 'v7';

/** The fields of one header block, before extended headers have their say. */
export interface TarHeader {
  readonly dialect: TarDialect;
  /** One character; NUL in the oldest archives. */
  readonly type: string;
  readonly path: ByteString;
  readonly target: ByteString;
  readonly mode: bigint;
  readonly uid: bigint;
  readonly gid: bigint;
  readonly size: bigint;
  readonly mtime: bigint;
  readonly major: bigint;
  readonly minor: bigint;
}

const MAGIC: Readonly<Record<string, TarDialect>> = {
  'ustar\x0000': 'ustar',
  'ustar  \0': 'gnu',
  '\0\0\0\0\0\0\0\0': 'v7',
};

/**
 * Reads a header block.
 *
 * @throws RangeError on a wrong checksum or a field that is not what its format says
 */
export function readTarHeader(block: Buffer): TarHeader {
  if (readNumber(block.subarray(148, 156), 'checksum') !== BigInt(checksum(block))) {
    throw new RangeError('the checksum of its header is wrong');
  }
  const dialect = MAGIC[block.toString('latin1', 257, 265)];
  if (dialect === undefined) throw new RangeError('its header is of an unknown format');
  const number = (start: number, end: number, name: string) => readNumber(block.subarray(start, end), name);
  const hasDevice = dialect !== 'v7';
  return {
    dialect,
    type: String.fromCharCode(block[156] ?? 0),
    path: joinPrefix(block, dialect),
    target: readText(block.subarray(157, 257), 'link target'),
    mode: number(100, 108, 'mode'),
    uid: number(108, 116, 'user id'),
    gid: number(116, 124, 'group id'),
    size: number(124, 136, 'size'),
    mtime: number(136, 148, 'time'),
    major: hasDevice ? number(329, 337, 'device number') : 0n,
    minor: hasDevice ? number(337, 345, 'device number') : 0n,
  };
}

const OLD_SPARSE = 'S'.charCodeAt(0);

function joinPrefix(block: Buffer, dialect: TarDialect): ByteString {
  const name = readText(block.subarray(0, 100), 'path');
  if (dialect === 'ustar') {
    const prefix = readText(block.subarray(345, 500), 'path');
    return prefix === '' ? name : `${prefix}/${name}`;
  }
  // Refused by its type, which says more.
  if (block[156] === OLD_SPARSE) return name;
  // Times and parts of sparse files to some programs, part of the path to others.
  if (block.subarray(345).some((byte) => byte !== 0)) throw new RangeError('its header has fields of GNU’s own');
  return name;
}

/** Up to the first NUL; programs differ in what they make of bytes behind it. */
function readText(field: Buffer, name: string): ByteString {
  const end = field.indexOf(0);
  if (end === -1) return field.toString('latin1');
  if (field.subarray(end).some((byte) => byte !== 0)) throw new RangeError(`its ${name} has a NUL`);
  return field.toString('latin1', 0, end);
}

/** The sum of all bytes, with spaces in the place of the checksum. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let index = 0; index < BLOCK; index += 1) if (index < 148 || index >= 156) sum += block[index] ?? 0;
  return sum;
}

/** Numbers that do not fit are 0: an extended header has them. Texts are cut. */
export function formatTarHeader(header: Omit<TarHeader, 'dialect'>): Buffer {
  const block = Buffer.alloc(BLOCK);
  const number = (value: bigint, at: number, width: number) =>
    block.write(formatNumber(value, width) ?? formatNumber(0n, width) ?? '', at, 'latin1');
  block.write(header.path.slice(0, 100), 0, 'latin1');
  number(header.mode, 100, 8);
  number(header.uid, 108, 8);
  number(header.gid, 116, 8);
  number(header.size, 124, 12);
  number(header.mtime, 136, 12);
  block.write(header.type, 156, 'latin1');
  block.write(header.target.slice(0, 100), 157, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  number(header.major, 329, 8);
  number(header.minor, 337, 8);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
