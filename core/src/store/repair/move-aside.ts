import fs from 'node:fs';
import path from 'node:path';

import { makeDirectory } from '../make-directory.ts';
import type { StoreLayout } from '../store-layout.ts';
import { syncDirectory } from '../sync-disk.ts';
import { hasCode } from '../system-error.ts';
import { byteString, systemPath } from '../system-path.ts';
import { printablePath, type ByteString } from '../tree-entry.ts';
import { uniqueName } from '../unique-name.ts';

/** Puts what is damaged out of the way; nothing is ever removed. */
export interface Aside {
  /** Gives whether it was there. */
  move(file: ByteString): boolean;
  /**
   * As `move`, for what is about to be replaced: until then a file stays in its place too, since whoever repairs after this
   * one was stopped may still read something of it.
   */
  keep(file: ByteString): boolean;
  /** What was moved, relative to the store, for people. */
  readonly moved: readonly string[];
  /** Where it is now, relative to the store; `null` where nothing was moved. */
  place(): string | null;
}

/** A directory of one repair, below `damaged/`; in it a file has the path that it had in the store. */
export function asideOf(layout: StoreLayout): Aside {
  const name = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${uniqueName()}`;
  const place = path.join(layout.directory('damaged'), name);
  const moved: string[] = [];
  const root = byteString(layout.root);

  function put(file: ByteString, action: (from: string | Buffer, to: string | Buffer) => void): boolean {
    const from = systemPath(`${root}/${file}`);
    if (!isThere(from)) return false;
    const to = `${byteString(place)}/${file}`;
    makeDirectories(to.slice(0, to.lastIndexOf('/')), byteString(layout.directory('damaged')));
    action(from, systemPath(free(to)));
    syncDirectory(path.dirname(from.toString()));
    moved.push(printablePath(file).slice(1));
    return true;
  }

  return {
    moved,
    place: () => (moved.length === 0 ? null : path.relative(layout.root, place)),
    move: (file) => put(file, fs.renameSync),
    keep: (file) => put(file, (from, to) => (fs.lstatSync(from).isFile() ? fs.linkSync : fs.renameSync)(from, to)),
  };
}

function isThere(file: string | Buffer): boolean {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (hasCode(error, 'ENOTDIR')) return false;
    throw error;
  }
}

function makeDirectories(directory: ByteString, top: ByteString): void {
  if (directory.length > top.length) makeDirectories(directory.slice(0, directory.lastIndexOf('/')), top);
  makeDirectory(systemPath(directory).toString(), 0o700);
}

/** The same file may be damaged again in a later round of one repair. */
function free(place: ByteString): ByteString {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? place : `${place}~${count}`;
    if (!isThere(systemPath(candidate))) return candidate;
  }
}
