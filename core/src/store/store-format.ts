import fs from 'node:fs';
import path from 'node:path';

import { KarapaceError } from '../errors.ts';
import { unreadable, unwritable } from './prepare-root.ts';
import { readStoreFile } from './read-store-file.ts';
import { corruptRecord, writeSynced } from './record-file.ts';
import { decodeRecord, encodeRecord } from './record.ts';
import { FORMAT_VERSION, OBJECT_SHARDS, STORE_DIRECTORIES, STORE_LOCKS, type StoreLayout } from './store-layout.ts';
import { hasCode } from './system-error.ts';
import { syncDirectory, syncFileSystemNow } from './sync-disk.ts';
import { uniqueName } from './unique-name.ts';
import { removeFile } from './remove-file.ts';

/**
 * The id of the store in a directory, or `undefined` where there is none yet.
 *
 * @throws KarapaceError `STORE_VERSION` where there is data of another version, or of none; `STORE_CORRUPT`
 */
export function readStoreId(layout: StoreLayout): string | undefined {
  const text = readFormat(layout);
  if (text === undefined) {
    if (holdsData(layout.root)) throw versionError(layout, 'it holds data, but has no file `format`');
    return undefined;
  }
  const decoded = decodeRecord('store', text);
  if ('version' in decoded) throw versionError(layout, `its format is ${decoded.version}`, decoded.version);
  if ('value' in decoded && isFormat(decoded.value)) return decoded.value.store_id;
  if (!/^karapace store v[0-9]+ /.test(text)) throw versionError(layout, 'its format is unknown');
  throw corruptRecord(layout.format, 'damage' in decoded ? decoded.damage : 'it has no id');
}

/**
 * Whether there is a store in a directory, or what damage has left of one.
 *
 * @throws KarapaceError `STORE_VERSION` where there is something else
 */
export function isStoreThere(layout: StoreLayout): boolean {
  const own = STORE_DIRECTORIES.filter((name) => !isForAnybody(name));
  const marks = [layout.format, ...own.map((name) => layout.directory(name))];
  return marks.some((mark) => fs.existsSync(mark)) || readStoreId(layout) !== undefined;
}

/**
 * The format of a store that may be an older one.
 *
 * @throws KarapaceError `STORE_VERSION` where it is newer, or none
 */
export function readFormatVersion(layout: StoreLayout): { readonly version: number; readonly storeId: string } {
  const text = readFormat(layout) ?? '';
  for (let version = FORMAT_VERSION; version > 0; version -= 1) {
    const decoded = decodeRecord('store', text, version);
    if ('value' in decoded && isFormat(decoded.value)) return { version, storeId: decoded.value.store_id };
    if ('damage' in decoded && text.startsWith('karapace store ')) throw corruptRecord(layout.format, decoded.damage);
  }
  throw versionError(layout, 'it cannot be migrated');
}

/** Makes a store be of this format, in one rename; durable when it returns. */
export function writeFormat(layout: StoreLayout, storeId: string): void {
  const temporary = path.join(layout.directory('tmp'), `format-${uniqueName()}`);
  writeSynced(temporary, encodeRecord('store', { store_id: storeId }));
  fs.renameSync(temporary, layout.format);
  syncDirectory(layout.root);
}

function readFormat(layout: StoreLayout): string | undefined {
  try {
    const found = readStoreFile(layout.format);
    if (found === 'not a file') throw versionError(layout, 'its format is unknown');
    return found === 'missing' ? undefined : found.bytes.toString('utf8');
  } catch (error) {
    throw hasCode(error, 'EACCES') ? unreadable(layout.root, error) : error;
  }
}

export function isFormat(value: unknown): value is { readonly store_id: string } {
  return typeof value === 'object' && value !== null && 'store_id' in value && typeof value.store_id === 'string';
}

/** Directories that an interrupted `initStore` made are no data; neither is what lies in `tmp` and `locks`. */
function holdsData(root: string): boolean {
  return listNames(root).some((name) => {
    if (isForAnybody(name)) return false;
    if (!STORE_DIRECTORIES.some((known) => known === name)) return true;
    const inside = listNames(path.join(root, name));
    return name === 'objects'
      ? inside.some((shard) => listNames(path.join(root, name, shard)).length > 0)
      : inside.length > 0;
  });
}

/** What may be there before there is a store. */
function isForAnybody(name: string): boolean {
  return name === 'tmp' || name === 'locks';
}

function listNames(directory: string): readonly string[] {
  try {
    return fs.readdirSync(directory);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw hasCode(error, 'EACCES') ? unreadable(directory, error) : error;
  }
}

function versionError({ root }: StoreLayout, reason: string, found?: number): KarapaceError {
  const isOlder = found !== undefined && found > 0 && found < FORMAT_VERSION;
  return new KarapaceError('STORE_VERSION', `\`${root}\` is not a store of format ${FORMAT_VERSION}: ${reason}`, {
    hint: isOlder
      ? 'Run `karapace migrate`; what is in it stays.'
      : 'Use the Karapace that made it, or another place with `--store`.',
  });
}

/**
 * Makes the store's directories, and last the file that says that it is one.
 *
 * @returns the id it has then: the candidate, unless another process came first
 */
export function initStore(layout: StoreLayout, candidate: string): string {
  makeDirectories(layout.root);
  makeOwn(layout.root);
  for (const name of STORE_DIRECTORIES) makeDirectory(layout.directory(name));
  for (const shard of OBJECT_SHARDS) makeDirectory(path.join(layout.directory('objects'), shard));
  // What frees space needs these, and must not need space for them.
  for (const lock of STORE_LOCKS) fs.closeSync(fs.openSync(path.join(layout.directory('locks'), lock), 'a', 0o600));
  const temporary = path.join(layout.directory('tmp'), `format-${uniqueName()}`);
  writeSynced(temporary, encodeRecord('store', { store_id: candidate }));
  syncFileSystemNow(layout.root);
  linkFirst(temporary, layout.format);
  removeFile(temporary);
  syncDirectory(layout.root);
  syncDirectory(path.dirname(layout.root));
  const id = readStoreId(layout);
  if (id === undefined) throw corruptRecord(layout.format, 'it vanished');
  return id;
}

/** Node's own way to make parents never ends where the kernel says that there is no entry below an existing directory. */
function makeDirectories(directory: string): void {
  if (fs.existsSync(directory)) return;
  const parent = path.dirname(directory);
  makeDirectories(parent);
  mkdirUnlessThere(directory);
}

function mkdirUnlessThere(directory: string): void {
  try {
    fs.mkdirSync(directory, 0o755);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw unwritable(directory, error);
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

/** Private, and without a group of somebody else's that a parent directory may have handed down. */
function makeOwn(root: string): void {
  const gid = process.getegid?.();
  if (gid !== undefined) fs.chownSync(root, -1, gid);
  fs.chmodSync(root, 0o700);
}

function makeDirectory(directory: string): void {
  if (!fs.existsSync(directory)) mkdirUnlessThere(directory);
  fs.chmodSync(directory, 0o755);
}

/** Of two processes that make the same store, one decides on its id, and may have swept the other's file by then. */
function linkFirst(temporary: string, format: string): void {
  try {
    fs.linkSync(temporary, format);
  } catch (error) {
    if (!hasCode(error, 'EEXIST', 'ENOENT')) throw error;
  }
}
