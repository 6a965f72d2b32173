import fs from 'node:fs';
import path from 'node:path';

import { blake3, blake3Hasher } from './blake3.ts';
import { writeAll } from './copy-hashed.ts';
import { keepCache } from './keep-cache.ts';
import { lastChange, type InodeIdentity } from './inode-identity.ts';
import { readStoreFile } from './read-store-file.ts';
import { statRowList, statRows, STAT_ROW, type KnownFile, type StatRowList } from './stat-rows.ts';
import type { StoreLayout } from './store-layout.ts';
import { makeDirectory } from './make-directory.ts';

/** The objects that a directory's files were the last time. A lost or damaged cache only costs time. */
export interface StatCache {
  find(inode: InodeIdentity): KnownFile | undefined;
  put(inode: InodeIdentity, known: KnownFile): void;
  /** Keeps what was found or put, if there is room. */
  save(): void;
}

const MAGIC = Buffer.from('karapace/stat-cache/v2\n', 'latin1');
const DIGEST = 32;
const HEAD = MAGIC.length + DIGEST;

/**
 * To be opened before anything of the directory is looked at.
 *
 * @param directory whose files it is about
 * @param staging an own directory below `tmp/`
 */
export function openStatCache(layout: StoreLayout, directory: string, staging: string): StatCache {
  const folder = path.join(layout.directory('cache'), 'stat');
  const file = path.join(folder, blake3(directory).toString('hex'));
  const before = readBody(file);
  const rows = statRows(before);
  const kept = statRowList();
  const clock = readClock(staging);
  let isChanged = false;

  return {
    find(inode) {
      const found = rows.find(inode);
      if (found !== undefined) kept.add(found.row);
      return found?.known;
    },
    put(inode, known) {
      isChanged = true;
      // What was written in this very tick of the clock may be written again without another time to show for it, and of
      // another file system the clock is not known.
      const { dev, changedNs } = lastChange(inode);
      if (changedNs < clock.now && dev === clock.dev) kept.put(inode, known);
    },
    save() {
      if (!isChanged && kept.count() * STAT_ROW === before.length) return;
      writeIfRoom({ folder, file, temporary: path.join(staging, 'stat-cache') }, kept);
    },
  };
}

interface Clock {
  readonly now: bigint;
  readonly dev: bigint;
}

/** The file system's own time, which is what it gives to inodes. */
function readClock(staging: string): Clock {
  const probe = path.join(staging, 'clock');
  fs.mkdirSync(probe);
  const { ctimeNs, dev } = fs.lstatSync(probe, { bigint: true });
  fs.rmdirSync(probe);
  return { now: ctimeNs, dev };
}

interface CacheFile {
  readonly folder: string;
  readonly file: string;
  readonly temporary: string;
}

function writeIfRoom({ folder, file, temporary }: CacheFile, rows: StatRowList): void {
  keepCache(temporary, () => {
    makeDirectory(folder);
    writeRows(temporary, rows);
    fs.renameSync(temporary, file);
  });
}

/** The digest comes first, and is known last. */
function writeRows(temporary: string, rows: StatRowList): void {
  const hasher = blake3Hasher();
  const to = fs.openSync(temporary, 'w');
  try {
    let at = HEAD;
    for (const piece of rows.sorted()) {
      hasher.update(piece);
      writeAll(to, piece, at);
      at += piece.length;
    }
    writeAll(to, Buffer.concat([MAGIC, hasher.digestBuffer()]), 0);
  } finally {
    fs.closeSync(to);
  }
}

function readBody(file: string): Buffer {
  const found = readStoreFile(file);
  return typeof found === 'string' || !isWhole(found.bytes) ? Buffer.alloc(0) : found.bytes.subarray(HEAD);
}

function isWhole(bytes: Buffer): boolean {
  if (bytes.length < HEAD || (bytes.length - HEAD) % STAT_ROW !== 0) return false;
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return false;
  return blake3(bytes.subarray(HEAD)).equals(bytes.subarray(MAGIC.length, HEAD));
}
