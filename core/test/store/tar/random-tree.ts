import { blake3 } from '@napi-rs/blake-hash';
import fc from 'fast-check';

import type { ObjectId } from '../../../src/contracts/ids.ts';
import type { Attribute, ByteString, TreeEntry } from '../../../src/store/tree-entry.ts';
import { testIds } from '../test-store.ts';

/** A timed tree as a tree's record would have it, and the bytes of its files by object. */
export interface RandomTree {
  readonly entries: readonly TreeEntry[];
  readonly contents: ReadonlyMap<ObjectId, Buffer>;
}

type Kind = 'file' | 'directory' | 'symlink' | 'fifo' | 'whiteout' | 'link';

const nameByte = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0x61, max: 0x66 }) },
  fc.integer({ min: 1, max: 255 }).filter((byte) => byte !== 0x2f),
);
const bytesText = (lengths: { readonly minLength: number; readonly maxLength: number }) =>
  fc.array(nameByte, lengths).map((bytes) => Buffer.from(bytes).toString('latin1'));
const name = fc
  .oneof(
    { weight: 4, arbitrary: bytesText({ minLength: 1, maxLength: 6 }) },
    bytesText({ minLength: 90, maxLength: 255 }),
    fc
      .constantFrom('żółw', 'é', 'e\u0301', 'trailing ', 'dot.', 'A')
      .map((text) => Buffer.from(text).toString('latin1')),
  )
  .filter((text) => text !== '.' && text !== '..');
const id = testIds === 'full' ? fc.constantFrom(0, 1, 42, 1000, 65_534, 65_535) : fc.constant(0);
const mtime = fc.oneof(
  fc.constantFrom(0n, 315_619_200_000_000_000n, -1_500_000_000n, 8_589_934_592_000_000_000n, 1n),
  fc.bigInt({ min: -2_000_000_000_000_000_000n, max: 9_000_000_000_000_000_000n }),
);
const attributes = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('user.a', 'user.a=b', 'user.100%', 'user.%3D', 'user.note'),
      value: fc.uint8Array({ maxLength: 60 }).map((value) => Buffer.from(value)),
    }),
    { selector: (attribute) => attribute.name, maxLength: 3 },
  )
  .map((list): readonly Attribute[] => list.toSorted((left, right) => (left.name < right.name ? -1 : 1)));
const capability = {
  name: 'security.capability',
  value: Buffer.from('0100000200200000000000000000000000000000', 'hex'),
};
const content = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(511, 512, 513, 4096, 1_100_000).map((size) => Buffer.alloc(size, 'x')),
  fc.constantFrom(8192, 70_001).map((size) => Buffer.alloc(size)),
  fc.constant(Buffer.concat([Buffer.alloc(9000), Buffer.from('middle'), Buffer.alloc(5000)])),
);

const seedOfEntry = fc.record({
  kind: fc.constantFrom<Kind[]>(
    'file',
    'file',
    'directory',
    'directory',
    'symlink',
    'fifo',
    'whiteout',
    'link',
    'link',
  ),
  name,
  parent: fc.nat(),
  other: fc.nat(),
  mode: fc.oneof(fc.constantFrom(0, 0o644, 0o755, 0o4755, 0o3777), fc.nat({ max: 0o7777 })),
  uid: id,
  gid: id,
  mtime,
  attributes,
  capable: fc.boolean(),
  opaque: fc.boolean(),
  target: fc.oneof(bytesText({ minLength: 1, maxLength: 12 }), bytesText({ minLength: 95, maxLength: 300 })),
  content,
});
type Seed = typeof seedOfEntry extends fc.Arbitrary<infer T> ? T : never;

/** Trees with every type and feature of an entry. */
export const randomTree: fc.Arbitrary<RandomTree> = fc
  .tuple(seedOfEntry, fc.array(seedOfEntry, { maxLength: 30 }))
  .map(([root, seeds]) => assemble(root, seeds));

function assemble(root: Seed, seeds: readonly Seed[]): RandomTree {
  const contents = new Map<ObjectId, Buffer>();
  const inodes = new Map<ByteString, TreeEntry>([['', makeEntry('', { ...root, kind: 'directory' }, contents)]]);
  const directories: ByteString[] = [''];
  const links: Seed[] = [];
  for (const seed of seeds) {
    const parent = directories[seed.parent % directories.length] ?? '';
    const path = parent === '' ? seed.name : `${parent}/${seed.name}`;
    if (inodes.has(path) || path.length > 1500) continue;
    if (seed.kind === 'link') {
      links.push({ ...seed, name: path });
      continue;
    }
    inodes.set(path, makeEntry(path, seed, contents));
    if (seed.kind === 'directory') directories.push(path);
  }
  for (const seed of links) addLink(seed, inodes);
  const entries = [...inodes.values()].toSorted((left, right) => (left.path < right.path ? -1 : 1));
  return { entries, contents };
}

/** Gives an inode a further name; the entry belongs to whichever name sorts first. */
function addLink({ name: path, other }: Seed, inodes: Map<ByteString, TreeEntry>): void {
  const linkable = [...inodes.values()].filter(({ type }) => type === 'file' || type === 'symlink' || type === 'fifo');
  const first = linkable[other % Math.max(1, linkable.length)];
  if (first === undefined || first.type === 'link' || inodes.has(path)) return;
  if (path > first.path) {
    inodes.set(path, { type: 'link', path, target: first.path });
    return;
  }
  inodes.set(path, { ...first, path });
  inodes.set(first.path, { type: 'link', path: first.path, target: path });
  for (const each of inodes.values()) {
    if (each.type === 'link' && each.target === first.path) inodes.set(each.path, { ...each, target: path });
  }
}

function makeEntry(path: ByteString, seed: Seed, contents: Map<ObjectId, Buffer>): TreeEntry {
  const { mode, uid, gid, mtime: time } = seed;
  const inode = { path, mode, uid, gid, mtime: time };
  switch (seed.kind) {
    case 'file': {
      const object = blake3(seed.content).toString('hex') as ObjectId;
      contents.set(object, seed.content);
      const extra = seed.capable ? [capability] : [];
      return { type: 'file', ...inode, attributes: [...extra, ...seed.attributes], size: seed.content.length, object };
    }
    case 'directory':
      return { type: 'directory', ...inode, attributes: seed.attributes, opaque: seed.opaque };
    case 'symlink':
      return { type: 'symlink', ...inode, mode: 0o777, attributes: [], target: seed.target };
    case 'fifo':
      return { type: 'fifo', ...inode, attributes: [] };
    default: {
      const none = { mode: 0, uid: 0, gid: 0, mtime: 0n, attributes: [] };
      return { type: 'character', path, ...none, major: 0, minor: 0 };
    }
  }
}
