import { blake3 } from '@napi-rs/blake-hash';
import fs from 'node:fs';
import path from 'node:path';

import type { ObjectId } from '../contracts/ids.ts';
import { readStoreFile } from './read-store-file.ts';
import type { StoreLayout } from './store-layout.ts';
import { uniqueName } from './unique-name.ts';

/** What tells whether an inode's bytes are still those that were read. */
export interface InodeIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** The objects that a directory's files were the last time. A lost or damaged cache only costs time. */
export interface StatCache {
  find(inode: InodeIdentity): ObjectId | undefined;
  put(inode: InodeIdentity, object: ObjectId): void;
  /** Keeps what was found or put. */
  save(): void;
}

const MAGIC = Buffer.from('karapace/stat-cache/v1\n', 'latin1');
const DIGEST = 32;
const ROW = 5 * 8 + DIGEST;
const HEAD = MAGIC.length + DIGEST;

interface Row {
  readonly inode: InodeIdentity;
  readonly object: ObjectId;
}

/**
 * @param directory whose files it is about
 * @param staging an own directory below `tmp/`
 */
export function openStatCache(layout: StoreLayout, directory: string, staging: string): StatCache {
  const folder = path.join(layout.directory('cache'), 'stat');
  const file = path.join(folder, blake3(directory).toString('hex'));
  const rows = readRows(file);
  const kept: Row[] = [];
  const now = clockOf(staging);
  let isChanged = false;

  return {
    find(inode) {
      const row = rows.get(inode.ino);
      if (row === undefined || !isSame(row.inode, inode)) return undefined;
      kept.push(row);
      return row.object;
    },
    put(inode, object) {
      isChanged = true;
      // What was written in this very tick of the clock may be written again without another time to show for it.
      if (inode.ctimeNs < now && inode.mtimeNs < now) kept.push({ inode, object });
    },
    save() {
      if (!isChanged && kept.length === rows.size) return;
      fs.mkdirSync(folder, { recursive: true });
      const temporary = path.join(staging, uniqueName());
      fs.writeFileSync(temporary, encodeRows(kept));
      fs.renameSync(temporary, file);
    },
  };
}

/** The file system's own time, which is what it gives to inodes. */
function clockOf(staging: string): bigint {
  const probe = path.join(staging, uniqueName());
  fs.writeFileSync(probe, '');
  const { ctimeNs } = fs.lstatSync(probe, { bigint: true });
  fs.unlinkSync(probe);
  return ctimeNs;
}

function isSame(left: InodeIdentity, right: InodeIdentity): boolean {
  return (
    left.dev === right.dev &&
    left.size === right.size &&
    left.mtimeNs === right.mtimeNs &&
    left.ctimeNs === right.ctimeNs
  );
}

function encodeRows(rows: readonly Row[]): Buffer {
  const body = Buffer.allocUnsafe(rows.length * ROW);
  rows.forEach(({ inode, object }, index) => {
    const at = index * ROW;
    body.writeBigUInt64LE(inode.dev, at);
    body.writeBigUInt64LE(inode.ino, at + 8);
    body.writeBigUInt64LE(inode.size, at + 16);
    body.writeBigInt64LE(inode.mtimeNs, at + 24);
    body.writeBigInt64LE(inode.ctimeNs, at + 32);
    body.write(object, at + 40, 'hex');
  });
  return Buffer.concat([MAGIC, blake3(body), body]);
}

function readRows(file: string): ReadonlyMap<bigint, Row> {
  const found = readStoreFile(file);
  if (typeof found === 'string' || !isWhole(found.bytes)) return new Map();
  const body = found.bytes.subarray(HEAD);
  const rows = new Map<bigint, Row>();
  for (let at = 0; at < body.length; at += ROW) {
    const ino = body.readBigUInt64LE(at + 8);
    rows.set(ino, {
      inode: {
        dev: body.readBigUInt64LE(at),
        ino,
        size: body.readBigUInt64LE(at + 16),
        mtimeNs: body.readBigInt64LE(at + 24),
        ctimeNs: body.readBigInt64LE(at + 32),
      },
      object: body.toString('hex', at + 40, at + ROW) as ObjectId,
    });
  }
  return rows;
}

function isWhole(bytes: Buffer): boolean {
  if (bytes.length < HEAD || (bytes.length - HEAD) % ROW !== 0) return false;
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return false;
  return blake3(bytes.subarray(HEAD)).equals(bytes.subarray(MAGIC.length, HEAD));
}
