import fs from 'node:fs';

import type { Ids, ObjectId } from '../contracts/ids.ts';
import { KarapaceError } from '../errors.ts';
import { MAX_ID } from './check-tree.ts';
import type { AttributeAccess } from './inode-attributes.ts';
import { interpretAttributes, type InterpretedAttributes } from './interpret-attributes.ts';
import type { InodeIdentity } from './stat-cache.ts';
import { below, systemPath } from './system-path.ts';
import { printablePath, type ByteString, type HardLinkEntry, type InodeEntry } from './tree-entry.ts';

/** An entry as it lies on the disk. A file's object is not known yet. */
export interface ScannedEntry {
  readonly entry: InodeEntry | HardLinkEntry;
  readonly bookkeeping: readonly string[];
  readonly mtimeNs: bigint;
  /** Of a file, where times are content: what tells whether its bytes are known. */
  readonly identity?: InodeIdentity | undefined;
}

export interface ScanOptions {
  readonly ids: Ids;
  readonly attributes: AttributeAccess;
  /** The error for a path that a tree cannot hold. */
  readonly refuse: (path: ByteString, cause: RangeError) => KarapaceError;
  /** Times are content. Default false. */
  readonly timed?: boolean | undefined;
  /** Called for a socket, which is then left out. Without it a socket is refused. */
  readonly onSocket?: ((path: ByteString) => void) | undefined;
}

interface Scan extends ScanOptions {
  readonly directory: ByteString;
  /** By device and inode number. */
  readonly firstNames: Map<string, ByteString>;
}

/** The object of a file that is not hashed yet. */
const UNKNOWN_OBJECT = '' as ObjectId;

/**
 * Lists a directory as a tree, sorted by path, without reading any file.
 *
 * @throws KarapaceError from `refuse`
 */
export function scanTree(directory: ByteString, options: ScanOptions): readonly ScannedEntry[] {
  const scan: Scan = { ...options, directory, firstNames: new Map() };
  return listPaths(directory).flatMap((path) => {
    try {
      return scanEntry(path, scan) ?? [];
    } catch (error) {
      throw error instanceof RangeError ? options.refuse(path, error) : error;
    }
  });
}

/** For the bytes of a build. */
export function refuseBuilt(path: ByteString, cause: RangeError): KarapaceError {
  const message = `A tree cannot hold \`${printablePath(path)}\`: ${cause.message}`;
  return new KarapaceError('BUILD_FAILED', message, { hint: 'Change the step that makes it.', cause });
}

function listPaths(directory: ByteString): ByteString[] {
  const paths: ByteString[] = [''];
  const pending: ByteString[] = [''];
  for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
    const names = fs.readdirSync(systemPath(below(directory, parent)), { withFileTypes: true, encoding: 'latin1' });
    for (const found of names) {
      const path = parent === '' ? found.name : `${parent}/${found.name}`;
      paths.push(path);
      if (found.isDirectory()) pending.push(path);
    }
  }
  return paths.sort();
}

function scanEntry(path: ByteString, scan: Scan): ScannedEntry | undefined {
  const { directory, firstNames, ids, attributes } = scan;
  const location = below(directory, path);
  const stats = fs.lstatSync(systemPath(location), { bigint: true });
  if (stats.isSocket() && scan.onSocket !== undefined) {
    scan.onSocket(path);
    return undefined;
  }
  const target =
    stats.nlink > 1n && !stats.isDirectory() && !isWhiteoutInode(stats) ? claimInode(stats, path, firstNames) : path;
  if (target !== path) return { entry: { type: 'link', path, target }, bookkeeping: [], mtimeNs: stats.mtimeNs };

  const interpreted = interpretAttributes(attributes.read(location, stats.isDirectory()));
  const entry = inodeEntry(stats, {
    location,
    path,
    interpreted,
    owner: ownerOf(stats, ids),
    timed: scan.timed ?? false,
  });
  const identity = scan.timed === true && entry.type === 'file' ? identityOf(stats) : undefined;
  return { entry, bookkeeping: interpreted.bookkeeping, mtimeNs: stats.mtimeNs, identity };
}

function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: fs.BigIntStats): InodeIdentity {
  return { dev, ino, size, mtimeNs, ctimeNs };
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
}

function inodeEntry(stats: fs.BigIntStats, { location, path, interpreted, owner, timed }: Found): InodeEntry {
  const { attributes, opaque } = interpreted;
  const mode = Number(stats.mode) & 0o7777;
  const inode = { path, mode, ...owner, attributes, ...(timed ? { mtime: stats.mtimeNs } : {}) };
  if (stats.isFile()) return { type: 'file', ...inode, size: Number(stats.size), object: UNKNOWN_OBJECT };
  if (stats.isDirectory()) return { type: 'directory', ...inode, opaque };
  if (stats.isSymbolicLink()) return { type: 'symlink', ...inode, mode: 0o777, target: readLink(location) };
  if (stats.isFIFO()) return { type: 'fifo', ...inode };
  if (isWhiteoutInode(stats)) return { ...whiteout(path), ...(timed ? { mtime: 0n } : {}) };
  if (stats.isCharacterDevice()) return { type: 'character', ...inode, ...deviceNumbers(stats.rdev) };
  if (stats.isBlockDevice()) return { type: 'block', ...inode, ...deviceNumbers(stats.rdev) };
  throw new RangeError('a socket means nothing without the process that made it');
}

function isWhiteoutInode(stats: fs.BigIntStats): boolean {
  return stats.rdev === 0n && stats.isCharacterDevice();
}

/** Only its name means something; overlay gives all whiteouts of a mount one inode with whatever owner it has. */
function whiteout(path: ByteString): InodeEntry {
  return { type: 'character', path, mode: 0, uid: 0, gid: 0, attributes: [], major: 0, minor: 0 };
}

function readLink(location: ByteString): ByteString {
  return fs.readlinkSync(systemPath(location), { encoding: 'latin1' });
}

/** As glibc packs them. */
function deviceNumbers(rdev: bigint): { readonly major: number; readonly minor: number } {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xfffff000n);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}
