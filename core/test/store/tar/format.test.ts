import { blake3 } from '@napi-rs/blake-hash';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ObjectId } from '../../../src/contracts/ids.ts';
import type { TreeEntry } from '../../../src/store/tree-entry.ts';
import { inArchiveOrder } from '../../../src/store/tar/archive-order.ts';
import { packTar } from '../../../src/store/tar/pack-tar.ts';
import { formatPaxRecord, readPaxRecords } from '../../../src/store/tar/pax-records.ts';
import { formatNumber, readNumber } from '../../../src/store/tar/tar-number.ts';
import { formatTime, readTime } from '../../../src/store/tar/tar-time.ts';

const plain = { uid: 0, gid: 0, mode: 0o644, attributes: [] };
const object = blake3(Buffer.from('x')).toString('hex') as ObjectId;
const fixed: readonly TreeEntry[] = [
  { type: 'directory', path: '', opaque: false, ...plain, mode: 0o755, mtime: -1n },
  { type: 'directory', path: 'a', opaque: true, ...plain, mtime: 1_700_000_000_000_000_001n },
  {
    type: 'file',
    path: 'a-b',
    size: 1,
    object,
    ...plain,
    attributes: [{ name: 'user.a=%', value: Buffer.from([0, 10]) }],
  },
  { type: 'link', path: 'a/l', target: 'a-b' },
  { type: 'block', path: 'b', major: 8, minor: 1, ...plain, uid: 65_535, gid: 6 },
  { type: 'fifo', path: 'c', ...plain },
  { type: 'character', path: 'gone', major: 0, minor: 0, ...plain, mode: 0 },
  { type: 'file', path: 'huge', size: 8 ** 11, object, ...plain },
  { type: 'symlink', path: '\xff', target: 't'.repeat(101), ...plain, mode: 0o777 },
];

function pack(entries: readonly TreeEntry[]): Buffer {
  const pieces: Buffer[] = [];
  // The content of the huge file is left out: the headers are what is compared.
  const writeContent = (file: { readonly size: number }, write: (bytes: Buffer) => void) =>
    file.size === 1 ? write(Buffer.from('x')) : undefined;
  packTar(entries, (bytes) => void pieces.push(Buffer.from(bytes)), writeContent);
  return Buffer.concat(pieces);
}

describe('the bytes of an archive', () => {
  it('are these, of this tree, for ever', () => {
    const bytes = pack(fixed);
    expect(bytes.length % 512).toBe(0);
    expect(blake3(bytes).toString('hex')).toBe('735d97e43bb1acc92bd2e3af5822fce4a168537f39acd679991823ff89340820');
  });

  it('have what is in a directory right behind it, and the content at the first name', () => {
    const members = inArchiveOrder(fixed).map(({ entry }) => `${entry.type} ${entry.path}`);
    expect(members.slice(0, 4)).toEqual(['directory ', 'directory a', 'file a/l', 'link a-b']);
  });
});

describe('the numbers of an archive', () => {
  it('are read as they are written, where they fit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 8n ** 11n - 1n }), (value) => {
        expect(readNumber(Buffer.from(formatNumber(value, 12) ?? '', 'latin1'), 'size')).toBe(value);
      }),
    );
    expect(formatNumber(8n ** 11n, 12)).toBeUndefined();
    expect(formatNumber(-1n, 12)).toBeUndefined();
  });

  it('are binary with the top bit set, and negative with all', () => {
    expect(readNumber(Buffer.from('80000000ffffffff', 'hex'), 'size')).toBe(0xff_ff_ff_ffn);
    expect(readNumber(Buffer.from('fffffffffffffffe', 'hex'), 'time')).toBe(-2n);
    expect(() => readNumber(Buffer.from('c0000000ffffffff', 'hex'), 'size')).toThrow(RangeError);
  });

  it('are times to the nanosecond, before 1970 too', () => {
    const nanoseconds = fc.bigInt({ min: -2_147_483_648_000_000_000n, max: 9_223_372_035_999_999_999n });
    fc.assert(
      fc.property(nanoseconds, (value) => {
        expect(readTime(formatTime(value))).toBe(value);
      }),
    );
    expect(readTime('-1.5')).toBe(-1_500_000_000n);
    expect(readTime('1.0000000019')).toBe(1_000_000_001n);
  });
});

describe('records of an extended header', () => {
  it('are read as they are written, whatever their length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1100 }), fc.constantFrom('a', 'SCHILY.xattr.user.b'), (bytes, keyword) => {
        const value = Buffer.from(bytes);
        const record = formatPaxRecord(keyword, value);
        expect(Number.parseInt(record.toString('latin1'), 10)).toBe(record.length);
        expect(readPaxRecords(record)).toEqual(new Map([[keyword, value]]));
      }),
    );
  });
});
