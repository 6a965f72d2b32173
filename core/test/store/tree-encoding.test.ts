import { blake3 as oracle } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ObjectId } from '../../src/contracts/ids.ts';
import { metadataClass } from '../../src/store/metadata-class.ts';
import { decodeTree, encodeTree, treeDigest } from '../../src/store/tree-encoding.ts';
import type { InodeEntry, TreeEntry } from '../../src/store/tree-entry.ts';
import {
  goldenTimedTree,
  goldenTree,
  GOLDEN_CLASS,
  GOLDEN_DIGEST,
  GOLDEN_HEX,
  GOLDEN_TIMED_DIGEST,
  GOLDEN_TIMED_HEX,
} from './golden-tree.ts';

const object = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex') as ObjectId);
const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((value) => Buffer.from(value).toString('latin1'));
const name = bytes(1, 12).filter(
  (each) => !each.includes('/') && !each.includes('\0') && each !== '.' && each !== '..',
);
const id = fc.integer({ min: 0, max: 65_535 });
const metadata = fc.record({
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: id,
  gid: id,
  attributes: fc.dictionary(fc.stringMatching(/^user\.[a-z]{1,5}$/), fc.uint8Array({ maxLength: 20 })).map((values) =>
    Object.entries(values)
      .map(([key, value]) => ({ name: key, value: Buffer.from(value) }))
      .toSorted((left, right) => (left.name < right.name ? -1 : 1)),
  ),
});
const number = fc.integer({ min: 1, max: 1_000_000 });
const content = fc.oneof(
  fc.record({ type: fc.constant('file' as const), size: fc.nat({ max: Number.MAX_SAFE_INTEGER }), object }),
  fc.record({ type: fc.constant('directory' as const), opaque: fc.boolean() }),
  fc.record({ type: fc.constant('symlink' as const), target: bytes(0, 30) }),
  fc.record({ type: fc.constant('fifo' as const) }),
  fc.record({ type: fc.constantFrom('block' as const, 'character' as const), major: number, minor: number }),
);
const inode = fc.tuple(metadata, content).map(([left, right]) => ({ ...left, ...right }));

/** A root with entries in it, in directories that the same list makes. */
const untimedTree: fc.Arbitrary<readonly TreeEntry[]> = fc
  .tuple(metadata, fc.array(fc.tuple(name, fc.nat(), inode), { maxLength: 30 }))
  .map(([root, list]) => {
    const entries = new Map<string, InodeEntry>([['', { type: 'directory', path: '', opaque: false, ...root }]]);
    for (const [each, seed, rest] of list) {
      const directories = [...entries.values()].filter(({ type }) => type === 'directory');
      const parent = directories[seed % directories.length]?.path ?? '';
      const path = parent === '' ? each : `${parent}/${each}`;
      if (!entries.has(path)) entries.set(path, { path, ...rest } as InodeEntry);
    }
    return [...entries.values()].toSorted((left, right) => (left.path < right.path ? -1 : 1));
  });

const time = fc.bigInt(-(2n ** 80n), 2n ** 80n);
const timedTree = fc
  .tuple(untimedTree, fc.array(time, { minLength: 1 }))
  .map(([entries, times]) =>
    entries.map((entry, index) => ({ ...entry, mtime: times[index % times.length] }) as TreeEntry),
  );
const tree = fc.oneof(untimedTree, timedTree);

function decodeOrRefuse(encoded: Buffer): readonly TreeEntry[] | undefined {
  try {
    return decodeTree(encoded);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

describe('the encoding of a tree', () => {
  it.each([
    { what: 'without times', entries: goldenTree, hex: GOLDEN_HEX, golden: GOLDEN_DIGEST },
    { what: 'with times', entries: goldenTimedTree, hex: GOLDEN_TIMED_HEX, golden: GOLDEN_TIMED_DIGEST },
  ])('has a golden form and digest $what', ({ entries, hex, golden }) => {
    const encoded = encodeTree(entries);
    expect(encoded.toString('hex')).toBe(hex);
    expect(treeDigest(encoded)).toBe(golden);
    expect(Buffer.from(oracle(encoded)).toString('hex')).toBe(golden);
    expect(decodeTree(encoded)).toEqual(entries);
  });

  it('holds every time that the kernel has, or none at all', () => {
    const [first, ...rest] = goldenTree;
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(0n, 999_999_999n), (seconds, nanoseconds) => {
        const entries = [{ ...first, mtime: seconds * 1_000_000_000n + nanoseconds } as TreeEntry];
        expect(decodeTree(encodeTree(entries))).toEqual(entries);
      }),
    );
    expect(() => encodeTree([{ ...first, mtime: 1n } as TreeEntry, ...rest])).toThrow('some times');
    expect(() => encodeTree([...goldenTree.slice(0, 1), ...goldenTimedTree.slice(1)])).toThrow('some times');
  });

  it('is refused with a second of nanoseconds', () => {
    const encoded = Buffer.from(GOLDEN_TIMED_HEX, 'hex');
    const at = encoded.indexOf(Buffer.from('15cd5b07', 'hex'));
    encoded.writeUInt32LE(1_000_000_000, at);
    expect(() => decodeTree(encoded)).toThrow('a second or more');
  });

  it('gives back what went in', () => {
    fc.assert(
      fc.property(tree, (entries) => {
        expect(decodeTree(encodeTree(entries))).toEqual(entries);
      }),
    );
  });

  it('is one spelling: bytes that decode are what encoding gives', () => {
    const mutation = fc.tuple(tree, fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(mutation, ([entries, at, byte]) => {
        const encoded = Buffer.from(encodeTree(entries));
        encoded[at % encoded.length] = byte;
        const decoded = decodeOrRefuse(encoded);
        expect(decoded === undefined || encodeTree(decoded).equals(encoded)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused when cut anywhere', () => {
    const encoded = encodeTree(goldenTree);
    for (let length = 0; length < encoded.length; length += 1) {
      expect(() => decodeTree(encoded.subarray(0, length))).toThrow(RangeError);
    }
    expect(() => decodeTree(Buffer.concat([encoded, Buffer.alloc(1)]))).toThrow('bytes follow');
  });

  const plain = { mode: 0o644, uid: 0, gid: 0, attributes: [] };
  const root = { type: 'directory', path: '', opaque: false, ...plain, mode: 0o755 } as const;
  const file = (path: string) =>
    ({ type: 'file', path, size: 0, object: '00'.repeat(32) as ObjectId, ...plain }) as const;
  it.each<[string, readonly TreeEntry[], string]>([
    ['no root', [file('a')], 'not the root'],
    ['no order', [root, file('b'), file('a')], 'out of order'],
    ['the same path twice', [root, file('a'), file('a')], 'out of order'],
    ['no parent', [root, file('a/b')], 'in no directory'],
    ['a file for a parent', [root, file('a'), file('a/b')], 'in no directory'],
    ['an absolute path', [root, file('/a')], 'no name'],
    ['`..` for a name', [root, file('..')], 'no name'],
    ['a link to what comes later', [root, { type: 'link', path: 'a', target: 'b' }, file('b')], 'link to nothing'],
    ['a link to a directory', [root, { type: 'link', path: 'a', target: '' }], 'link to nothing'],
    ['an owner beyond the id space', [root, { ...file('a'), uid: 65_536 }], 'impossible mode or owner'],
    ['a whiteout with a mode', [root, { type: 'character', path: 'a', major: 0, minor: 0, ...plain }], 'has metadata'],
    [
      'a whiteout with a time',
      [
        { ...root, mtime: 1n },
        { type: 'character', path: 'a', major: 0, minor: 0, ...plain, mode: 0, mtime: 1n },
      ],
      'has metadata',
    ],
  ])('is refused with %s', (_what, entries, message) => {
    expect(() => decodeTree(encodeTree(entries))).toThrow(message);
  });
});

describe('the metadata class', () => {
  it('has a golden form with and without attributes', () => {
    expect(metadataClass({ mode: 0o4755, uid: 1, gid: 2, attributes: [] })).toBe('4755.1.2');
    expect(
      metadataClass({ mode: 0o755, uid: 0, gid: 0, attributes: [{ name: 'user.note', value: Buffer.from('x') }] }),
    ).toBe(GOLDEN_CLASS);
  });
});
