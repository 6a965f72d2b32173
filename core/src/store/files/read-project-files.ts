import fs from 'node:fs';
import path from 'node:path';

import { hashFiles } from '../../build/hash-pool.ts';
import type { FilesPin } from '../../contracts/lock.ts';
import type { FilesRequest } from '../../contracts/manifest.ts';
import { KarapaceError } from '../../errors.ts';
import type { AttributeAccess } from '../inode-attributes.ts';
import { scanTree, type ScannedEntry } from '../scan-tree.ts';
import { below, byteString } from '../system-path.ts';
import { encodeTree, treeDigest } from '../tree-encoding.ts';
import {
  printablePath,
  type ByteString,
  type DirectoryEntry,
  type FileEntry,
  type InodeEntry,
  type SymlinkEntry,
} from '../tree-entry.ts';

/** What can be copied from a project. */
export type ProjectEntry = DirectoryEntry | FileEntry | SymlinkEntry;

/** A source of `[[files]]`, as it lies in the project now. */
export interface ProjectFiles {
  readonly request: FilesRequest;
  readonly pin: FilesPin;
  /** A directory; otherwise a file, and `entries` holds it alone, beside the root, under the name `file`. */
  readonly isDirectory: boolean;
  /** With the owners and permissions that they get. Sorted by path; the first is the root. */
  readonly entries: readonly ProjectEntry[];
  /** Where the bytes of an entry are. */
  readonly locate: (entry: FileEntry) => ByteString;
}

/**
 * Lists and hashes a source. Only content and whether the owner may execute a file count: owners, other permissions,
 * times, attributes and hard links are of this machine.
 *
 * @throws KarapaceError `FILES_INVALID` where it is missing, outside of the project, or holds what cannot be copied
 */
export async function readProjectFiles(project: string, request: FilesRequest): Promise<ProjectFiles> {
  try {
    return await readFiles(await findSource(project, request), request);
  } catch (error) {
    if (error instanceof KarapaceError || !(error instanceof Error)) throw error;
    if (!('code' in error) && !(error instanceof RangeError)) throw error;
    throw invalid(request, `cannot be read: ${error.message}`, error);
  }
}

/** The real path, so that no link on the way leads out of the project. */
async function findSource(project: string, request: FilesRequest): Promise<string> {
  const directory = fs.realpathSync(project);
  const found = fs.realpathSync(path.join(directory, request.source));
  if (found.startsWith(directory === '/' ? '/' : `${directory}/`) && found !== directory) return found;
  throw invalid(request, 'leads out of the directory of the manifest, or to all of it');
}

async function readFiles(found: string, request: FilesRequest): Promise<ProjectFiles> {
  const source = byteString(found);
  const stats = fs.lstatSync(found);
  const isDirectory = stats.isDirectory();
  if (!isDirectory && !stats.isFile()) throw invalid(request, 'is neither a file nor a directory');
  const listed = isDirectory
    ? listDirectory(source, request)
    : [ROOT, fileEntry({ path: ONLY_FILE, mode: stats.mode, size: stats.size }, request)];
  const locate = ({ path: name }: FileEntry): ByteString => (isDirectory ? below(source, name) : source);
  const entries = await withObjects(listed, locate);
  const tree = treeDigest(encodeTree(entries));
  return { request, pin: { target: request.target, tree }, isDirectory, entries, locate };
}

const ONLY_FILE = 'file';
const OWNER = { uid: 0, gid: 0, attributes: [] } as const;
const ROOT: DirectoryEntry = { type: 'directory', path: '', mode: 0o755, opaque: false, ...OWNER };
const NO_ATTRIBUTES: AttributeAccess = { read: () => [], write: () => undefined, remove: () => undefined };

function listDirectory(source: ByteString, request: FilesRequest): readonly ProjectEntry[] {
  const refuse = (at: ByteString, cause: RangeError) =>
    invalid(request, `holds \`${printablePath(at)}\`: ${cause.message}`);
  const scanned = scanTree(source, { ids: 'single', attributes: NO_ATTRIBUTES, refuse });
  const inodes = new Map(scanned.flatMap(({ entry }) => (entry.type === 'link' ? [] : [[entry.path, entry] as const])));
  return scanned.map(({ entry }) => projectEntry(entry, inodes, request));
}

function projectEntry(
  entry: ScannedEntry['entry'],
  inodes: ReadonlyMap<ByteString, InodeEntry>,
  request: FilesRequest,
): ProjectEntry {
  const { path: name } = entry;
  const inode = entry.type === 'link' ? inodes.get(entry.target) : entry;
  switch (inode?.type) {
    case 'directory':
      return { ...ROOT, path: name };
    case 'file':
      return fileEntry({ path: name, mode: inode.mode, size: inode.size }, request);
    case 'symlink':
      return { type: 'symlink', path: name, mode: 0o777, target: inode.target, ...OWNER };
    default:
      throw invalid(request, `holds \`${printablePath(name)}\`, which is no file, directory or symbolic link`);
  }
}

function fileEntry(file: Pick<FileEntry, 'path' | 'mode' | 'size'>, { mode }: FilesRequest): FileEntry {
  const own = (file.mode & 0o100) === 0 ? 0o644 : 0o755;
  const permissions = mode === null ? own : Number.parseInt(mode, 8);
  return { type: 'file', ...file, mode: permissions, object: '' as FileEntry['object'], ...OWNER };
}

async function withObjects(
  listed: readonly ProjectEntry[],
  locate: (entry: FileEntry) => ByteString,
): Promise<readonly ProjectEntry[]> {
  const files = listed.filter((entry) => entry.type === 'file');
  const objects = await hashFiles(files.map((entry) => [locate(entry), entry.size]));
  const known = new Map(files.map((entry, index) => [entry.path, objects[index]]));
  return listed.map((entry) => {
    const object = entry.type === 'file' ? known.get(entry.path) : undefined;
    return entry.type === 'file' && object !== undefined ? { ...entry, object } : entry;
  });
}

function invalid({ source }: FilesRequest, reason: string, cause?: Error): KarapaceError {
  return new KarapaceError('FILES_INVALID', `The source \`${source}\` of \`[[files]]\` ${reason}`, {
    hint: 'Name a file or directory that lies below the manifest, and that you can read.',
    ...(cause === undefined ? {} : { cause }),
  });
}
