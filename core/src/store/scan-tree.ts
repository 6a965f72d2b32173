import fs from 'node:fs';
import { getSystemErrorMessage } from 'node:util';

import type { Ids, ObjectId } from '../contracts/ids.ts';
import { KarapaceError } from '../errors.ts';
import { blake3 } from './blake3.ts';
import { MAX_ID } from './check-tree.ts';
import type { AttributeAccess } from './inode-attributes.ts';
import { interpretAttributes, type InterpretedAttributes } from './interpret-attributes.ts';
import { isSparse } from './copy-hashed.ts';
import { inodeIdentity, type InodeIdentity } from './inode-identity.ts';
import type { KnownFile } from './stat-rows.ts';
import { hasCode } from './system-error.ts';
import { below, systemPath, textOf } from './system-path.ts';
import {
  printablePath,
  type ByteString,
  type DeviceEntry,
  type FileEntry,
  type HardLinkEntry,
  type InodeEntry,
} from './tree-entry.ts';

/** An entry as it lies on the disk. A file's object is not known yet. */
export interface ScannedEntry {
  readonly entry: Exclude<InodeEntry, FileEntry> | FoundFile | HardLinkEntry;
  readonly bookkeeping: readonly string[];
  readonly mtimeNs: bigint;
  /** Of a file that somebody owns: what tells whether its bytes are known. */
  readonly identity?: InodeIdentity | undefined;
  /** Of such a file: it has holes. */
  readonly sparse?: boolean | undefined;
}

/** A file. Whoever learns which bytes it has says so here: copies of tens of thousands of entries would take much room. */
export type FoundFile = Omit<FileEntry, 'object'> & { object: ObjectId };

export interface ScanOptions {
  readonly ids: Ids;
  readonly attributes: AttributeAccess;
  /** The error for a path that a tree cannot hold. */
  readonly refuse: (path: ByteString, cause: RangeError) => KarapaceError;
  /** For what somebody made and goes on using: times are content. */
  readonly own?: OwnScan | undefined;
}

export interface OwnScan {
  /** What is known of a file. Its object is then set, and a plain one's attributes are not read. */
  readonly recall: (inode: InodeIdentity) => KnownFile | undefined;
  /** Called for a socket, which is then left out. */
  readonly onSocket: (path: ByteString) => void;
  /** What is gone by the time it is looked at is left out. Default false: it is refused. */
  readonly alive?: boolean | undefined;
}

interface Scan extends ScanOptions {
  readonly directory: ByteString;
  /** By device and inode number. */
  readonly firstNames: Map<string, ByteString>;
}

/** The object of a file that is not hashed yet. */
const UNKNOWN_OBJECT = '' as ObjectId;
const EMPTY_OBJECT = blake3(Buffer.alloc(0)).toString('hex') as ObjectId;

/**
 * Lists a directory as a tree, sorted by path, without reading any file.
 *
 * @throws KarapaceError from `refuse`
 */
export function scanTree(directory: ByteString, options: ScanOptions): readonly ScannedEntry[] {
  const scan: Scan = { ...options, directory, firstNames: new Map() };
  return listPaths(scan).flatMap((path) => named(path, options, () => scanEntry(path, scan)) ?? []);
}

/** Runs an action on a path; what goes wrong is said with its name. */
function named<T>(path: ByteString, { refuse, own }: ScanOptions, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof RangeError) throw refuse(path, error);
    if (own === undefined || !(error instanceof Error) || !('code' in error)) throw error;
    if (own.alive === true && path !== '' && hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    const reason = 'errno' in error ? getSystemErrorMessage(Number(error.errno)) : error.message;
    throw refuse(path, new RangeError(`it cannot be read (${reason})`, { cause: error }));
  }
}

/** For the bytes of a build. */
export function refuseBuilt(path: ByteString, cause: RangeError): KarapaceError {
  const message = `A tree cannot hold \`${printablePath(path)}\`: ${cause.message}`;
  return new KarapaceError('BUILD_FAILED', message, { hint: 'Change the step that makes it.', cause });
}

function listPaths(scan: Scan): ByteString[] {
  const paths: ByteString[] = [''];
  const pending: ByteString[] = [''];
  for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
    const at = parent;
    const location = systemPath(below(scan.directory, at));
    const names = named(at, scan, () => fs.readdirSync(location, { withFileTypes: true, encoding: 'latin1' }));
    for (const found of names ?? []) {
      const path = at === '' ? found.name : inOnePiece(`${at}/${found.name}`);
      paths.push(path);
      if (found.isDirectory()) pending.push(path);
    }
  }
  return paths.sort();
}

/** Of a string that was joined V8 keeps the seams, a fifth of what an entry takes. */
function inOnePiece(path: ByteString): ByteString {
  return Buffer.from(path, 'latin1').toString('latin1');
}

function scanEntry(path: ByteString, scan: Scan): ScannedEntry | undefined {
  const { directory, firstNames, ids, own } = scan;
  const location = below(directory, path);
  const stats = fs.lstatSync(systemPath(location), { bigint: true });
  if (stats.isSocket() && own !== undefined) {
    own.onSocket(path);
    return undefined;
  }
  const target =
    stats.nlink > 1n && !stats.isDirectory() && !isWhiteoutInode(stats) ? claimInode(stats, path, firstNames) : path;
  if (target !== path) return scanned(stats, { entry: { type: 'link', path, target }, bookkeeping: NONE });

  const seen = own !== undefined && stats.isFile() ? inodeIdentity(stats) : undefined;
  const known = seen === undefined ? undefined : own?.recall(seen);
  const interpreted =
    known?.plain === true ? PLAIN : interpretAttributes(scan.attributes.read(location, stats.isDirectory()));
  const owner = ownerOf(stats, ids);
  const timed = own !== undefined;
  const entry = inodeEntry(stats, { location, path, interpreted, owner, timed, object: known?.object });
  const identity = seen === undefined ? undefined : identityNow(location, seen);
  return scanned(stats, { entry, bookkeeping: interpreted.bookkeeping, identity });
}

/** All of one shape, which takes less room. */
function scanned(
  stats: fs.BigIntStats,
  { entry, bookkeeping, identity }: Pick<ScannedEntry, 'entry' | 'bookkeeping' | 'identity'>,
): ScannedEntry {
  return { entry, bookkeeping, mtimeNs: stats.mtimeNs, identity, sparse: isSparse(stats) };
}

const NONE: readonly string[] = [];
const PLAIN: InterpretedAttributes = { attributes: [], opaque: false, bookkeeping: NONE };

/** Attributes are read by a second name where the first is no text, which changes `ctime`. */
function identityNow(location: ByteString, seen: InodeIdentity): InodeIdentity {
  if (textOf(location) !== undefined) return seen;
  return inodeIdentity(fs.lstatSync(systemPath(location), { bigint: true }));
}

/** The first path of the inode: this one, if none came before. */
function claimInode(stats: fs.BigIntStats, path: ByteString, firstNames: Map<string, ByteString>): ByteString {
  const inode = `${stats.dev}:${stats.ino}`;
  const first = firstNames.get(inode);
  if (first === undefined) firstNames.set(inode, path);
  return first ?? path;
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Where there is one id everything is owned by it, whichever user and group of the host it is. */
function ownerOf({ uid, gid }: fs.BigIntStats, ids: Ids): Owner {
  if (ids === 'single') return { uid: 0, gid: 0 };
  if (uid > MAX_ID || gid > MAX_ID) throw new RangeError(`owner ${uid}:${gid} is outside of the ids 0 to ${MAX_ID}`);
  return { uid: Number(uid), gid: Number(gid) };
}

interface Found {
  readonly location: ByteString;
  readonly path: ByteString;
  readonly interpreted: InterpretedAttributes;
  readonly owner: Owner;
  readonly timed: boolean;
  /** Of a file, where it is known. */
  readonly object: ObjectId | undefined;
}

function inodeEntry(stats: fs.BigIntStats, found: Found): Exclude<InodeEntry, FileEntry> | FoundFile {
  const { location, path, interpreted, owner, timed } = found;
  const { attributes, opaque } = interpreted;
  const { uid, gid } = owner;
  const mode = Number(stats.mode) & 0o7777;
  const mtime = timed ? stats.mtimeNs : undefined;
  if (stats.isFile()) {
    const object = found.object ?? (stats.size === 0n ? EMPTY_OBJECT : UNKNOWN_OBJECT);
    return { type: 'file', path, mode, uid, gid, attributes, mtime, size: Number(stats.size), object };
  }
  const inode = { path, mode, uid, gid, attributes, mtime };
  if (stats.isDirectory()) return { type: 'directory', ...inode, opaque };
  if (stats.isSymbolicLink()) return { type: 'symlink', ...inode, mode: 0o777, target: readLink(location) };
  if (stats.isFIFO()) return { type: 'fifo', ...inode };
  if (isWhiteoutInode(stats)) return { ...whiteout(path), ...(timed ? { mtime: 0n } : {}) };
  if (stats.isCharacterDevice()) return { type: 'character', ...inode, ...deviceNumbers(stats.rdev) };
  if (stats.isBlockDevice()) return { type: 'block', ...inode, ...deviceNumbers(stats.rdev) };
  throw new RangeError('a socket means nothing without the process that made it');
}

export function isWhiteoutInode(stats: fs.BigIntStats): boolean {
  return stats.rdev === 0n && stats.isCharacterDevice();
}

/** Only its name means something; overlay gives all whiteouts of a mount one inode with whatever owner it has. */
function whiteout(path: ByteString): DeviceEntry {
  return { type: 'character', path, mode: 0, uid: 0, gid: 0, attributes: [], major: 0, minor: 0 };
}

function readLink(location: ByteString): ByteString {
  return fs.readlinkSync(systemPath(location), { encoding: 'latin1' });
}

/** As glibc packs them. */
export function deviceNumbers(rdev: bigint): { readonly major: number; readonly minor: number } {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xfffff000n);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}
