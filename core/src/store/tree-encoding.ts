import type { ObjectId, TreeDigest } from '../contracts/ids.ts';
import { blake3 } from './blake3.ts';
import { byteReader, type ByteReader } from './byte-reader.ts';
import { byteWriter, type ByteWriter } from './byte-writer.ts';
import { checkTree } from './check-tree.ts';
import {
  isTimed,
  printablePath,
  type Attribute,
  type DirectoryEntry,
  type InodeEntry,
  type InodeMetadata,
  type TreeEntry,
} from './tree-entry.ts';

/** Raise the numbers whenever the same tree must give another digest. The second is for trees whose times are content. */
const DOMAIN = Buffer.from('karapace/tree/v1\n', 'latin1');
const TIMED_DOMAIN = Buffer.from('karapace/tree/v2\n', 'latin1');

const TYPE_CODES = {
  file: 'f',
  directory: 'd',
  symlink: 'l',
  fifo: 'p',
  character: 'c',
  block: 'b',
  link: 'h',
} as const;
const TYPES = new Map(
  Object.entries(TYPE_CODES).map(([type, code]) => [code.charCodeAt(0), type as TreeEntry['type']]),
);
/** A directory hides what the layers below have in it. */
const OPAQUE = 1;

/** Bytes of an entry in most trees, rounded up: growing would take twice the memory. */
const USUAL_ENTRY = 160;

/** The canonical bytes of a tree; the entries must be sorted by path. */
export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const writer = byteWriter(DOMAIN.length + entries.length * USUAL_ENTRY);
  const timed = isTimed(entries);
  writer.bytes(timed ? TIMED_DOMAIN : DOMAIN);
  writer.u32(entries.length);
  for (const entry of entries) writeEntry(writer, entry, timed);
  return writer.finish();
}

/** blake3 of a tree's canonical bytes, which begin with the domain tag. */
export function treeDigest(encoded: Buffer): TreeDigest {
  return blake3(encoded).toString('hex') as TreeDigest;
}

/**
 * Reads canonical bytes.
 *
 * @throws RangeError on bytes that `encodeTree` cannot have written
 */
export function decodeTree(encoded: Buffer): readonly TreeEntry[] {
  const { reader, timed, count } = openEncoded(encoded);
  const entries: TreeEntry[] = [];
  for (let index = 0; index < count; index += 1) entries.push(readEntry(reader, timed));
  if (!reader.isAtEnd()) throw new RangeError('bytes follow the last entry');
  checkTree(entries);
  return entries;
}

/**
 * Reads the first entry of canonical bytes alone, which is the root.
 *
 * @throws RangeError on other bytes
 */
export function decodeRoot(encoded: Buffer): DirectoryEntry {
  const { reader, timed } = openEncoded(encoded);
  const root = readEntry(reader, timed);
  if (root.type !== 'directory') throw new RangeError('its root is no directory');
  return root;
}

function openEncoded(encoded: Buffer) {
  const reader = byteReader(encoded);
  const domain = reader.bytes(DOMAIN.length);
  const timed = domain.equals(TIMED_DOMAIN);
  if (!timed && !domain.equals(DOMAIN)) throw new RangeError('not a tree of version 1 or 2');
  return { reader, timed, count: reader.u32() };
}

function writeEntry(writer: ByteWriter, entry: TreeEntry, timed: boolean): void {
  writer.u8(TYPE_CODES[entry.type].charCodeAt(0));
  writer.u8(entry.type === 'directory' && entry.opaque ? OPAQUE : 0);
  writer.text(entry.path);
  if (entry.type === 'link') return writer.text(entry.target);
  writer.u16(entry.mode);
  writer.u32(entry.uid);
  writer.u32(entry.gid);
  writeTime(writer, entry, timed);
  writeAttributes(writer, entry.attributes);
  writeContent(writer, entry);
}

const SECOND = 1_000_000_000n;

/** Seconds and nanoseconds apart, as the kernel has them: 64 bits of nanoseconds end in 2262. */
function writeTime(writer: ByteWriter, { mtime, path }: InodeEntry, timed: boolean): void {
  if ((mtime !== undefined) !== timed) throw new TypeError(`some times of a tree are content: ${printablePath(path)}`);
  if (mtime === undefined) return;
  const nanoseconds = ((mtime % SECOND) + SECOND) % SECOND;
  writer.i64((mtime - nanoseconds) / SECOND);
  writer.u32(Number(nanoseconds));
}

function readTime(reader: ByteReader): bigint {
  const seconds = reader.i64();
  const nanoseconds = BigInt(reader.u32());
  if (nanoseconds >= SECOND) throw new RangeError(`${nanoseconds} nanoseconds are a second or more`);
  return seconds * SECOND + nanoseconds;
}

/** Also what an object's metadata class hashes. */
export function encodeAttributes(attributes: readonly Attribute[]): Buffer {
  const writer = byteWriter();
  writeAttributes(writer, attributes);
  return writer.finish();
}

function writeAttributes(writer: ByteWriter, attributes: readonly Attribute[]): void {
  writer.u32(attributes.length);
  for (const { name, value } of attributes) {
    writer.text(name);
    writer.u32(value.length);
    writer.bytes(value);
  }
}

function writeContent(writer: ByteWriter, entry: InodeEntry): void {
  if (entry.type === 'file') {
    writer.u64(entry.size);
    writer.hex(entry.object);
  } else if (entry.type === 'symlink') {
    writer.text(entry.target);
  } else if (entry.type === 'character' || entry.type === 'block') {
    writer.u32(entry.major);
    writer.u32(entry.minor);
  }
}

function readEntry(reader: ByteReader, timed: boolean): TreeEntry {
  const type = TYPES.get(reader.u8());
  if (type === undefined) throw new RangeError('an entry of unknown type');
  const flags = reader.u8();
  if ((flags & ~(type === 'directory' ? OPAQUE : 0)) !== 0) throw new RangeError('unknown flags');
  const path = reader.text();
  if (type === 'link') return { type, path, target: reader.text() };
  const mode = reader.u16();
  const uid = reader.u32();
  const gid = reader.u32();
  const mtime = timed ? readTime(reader) : undefined;
  const attributes = readAttributes(reader);
  return readContent(reader, type, { path, mode, uid, gid, mtime, attributes, opaque: flags === OPAQUE });
}

const NONE: readonly Attribute[] = [];

function readAttributes(reader: ByteReader): readonly Attribute[] {
  const count = reader.u32();
  if (count === 0) return NONE;
  const attributes: Attribute[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = reader.text();
    attributes.push({ name, value: reader.bytes(reader.u32()) });
  }
  return attributes;
}

type Inode = InodeMetadata & { readonly path: string; readonly opaque: boolean };

/** Spelled out, so that entries of a type have one shape: copied ones take twice the time. */
function readContent(reader: ByteReader, type: InodeEntry['type'], inode: Inode): InodeEntry {
  const { path, mode, uid, gid, mtime, attributes, opaque } = inode;
  switch (type) {
    case 'file': {
      const size = reader.u64();
      return { type, path, mode, uid, gid, mtime, attributes, size, object: reader.hex(32) as ObjectId };
    }
    case 'directory':
      return { type, path, mode, uid, gid, mtime, attributes, opaque };
    case 'symlink':
      return { type, path, mode, uid, gid, mtime, attributes, target: reader.text() };
    case 'character':
    case 'block':
      return { type, path, mode, uid, gid, mtime, attributes, major: reader.u32(), minor: reader.u32() };
    case 'fifo':
      return { type, path, mode, uid, gid, mtime, attributes };
  }
}
