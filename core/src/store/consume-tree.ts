import fs from 'node:fs';
import path from 'node:path';

import { hashFiles } from '../build/hash-pool.ts';
import type { TreeSummary } from '../contracts/tree-store.ts';
import { BUILD_EPOCH } from '../layers/build-environment.ts';
import { OPAQUE_ATTRIBUTE, OPAQUE_VALUE } from './interpret-attributes.ts';
import { removeTree } from './remove-tree.ts';
import { refuseBuilt, scanTree, type ScannedEntry } from './scan-tree.ts';
import { touch } from './lease.ts';
import { withoutSweep } from './sweep-lock.ts';
import { syncDirectory, syncFileSystemNow } from './sync-disk.ts';
import { below, byteString, systemPath } from './system-path.ts';
import { encodeTree, treeDigest } from './tree-encoding.ts';
import type { ByteString, TreeEntry } from './tree-entry.ts';
import type { TreeWorkshop } from './tree-workshop.ts';
import { readTreeBytes, writeTreeRecord } from './tree-record.ts';

interface HashedTree {
  readonly scanned: readonly ScannedEntry[];
  readonly entries: readonly TreeEntry[];
  readonly encoded: Buffer;
  readonly summary: TreeSummary;
}

/** The digest of a directory, which stays as it is. */
export async function digestTree(directory: string, workshop: TreeWorkshop): Promise<TreeSummary> {
  return (await hashTree(byteString(directory), workshop)).summary;
}

/** Turns a directory into a tree of the store and its checkout. */
export async function consumeTree(directory: string, workshop: TreeWorkshop): Promise<TreeSummary> {
  const hashed = await hashTree(byteString(directory), workshop);
  return withoutSweep(workshop.layout, () => keepHashed(directory, hashed, workshop));
}

function keepHashed(directory: string, hashed: HashedTree, workshop: TreeWorkshop): TreeSummary {
  const { scanned, entries, encoded, summary } = hashed;
  const { layout } = workshop;
  const source = byteString(directory);
  const checkout = layout.checkout(summary.digest);
  if (fs.existsSync(checkout) && readTreeBytes(layout, summary.digest) !== undefined) {
    touch(layout.tree(summary.digest));
    removeTree(source);
    syncDirectory(path.dirname(checkout));
    return summary;
  }
  cleanInodes(source, scanned, workshop);
  // An object's name promises that its bytes are on the disk, so they go there before it gets one.
  syncFileSystemNow(layout.root);
  depositFiles(source, entries, workshop);
  setDirectoryTimes(source, entries);
  const record = writeTreeRecord(summary.digest, encoded, workshop);
  syncFileSystemNow(layout.root);
  record.commit();
  moveToCheckouts(directory, checkout);
  return summary;
}

async function hashTree(directory: ByteString, workshop: TreeWorkshop): Promise<HashedTree> {
  const scanned = scanTree(directory, { ...workshop, refuse: refuseBuilt });
  const entries = scanned.map(({ entry }) => entry);
  const files = entries.filter((entry) => entry.type === 'file');
  const objects = await hashFiles(files.map((file) => [below(directory, file.path), file.size]));
  files.forEach((file, index) => (file.object = objects[index] ?? file.object));
  const encoded = encodeTree(entries);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return { scanned, entries, encoded, summary: { digest: treeDigest(encoded), entries: entries.length, bytes } };
}

const EPOCH_NS = BigInt(BUILD_EPOCH) * 1_000_000_000n;

/** Takes overlay's notes away and sets the times, of all but directories: links are still to be changed in those. */
function cleanInodes(source: ByteString, scanned: readonly ScannedEntry[], { attributes }: TreeWorkshop): void {
  for (const { entry, bookkeeping, mtimeNs } of scanned) {
    const location = below(source, entry.path);
    const isDirectory = entry.type === 'directory';
    if (bookkeeping.length > 0) attributes.remove(location, isDirectory, bookkeeping);
    if (isDirectory && entry.opaque) {
      attributes.write(location, true, [{ name: OPAQUE_ATTRIBUTE, value: OPAQUE_VALUE }]);
    }
    if (!isDirectory && mtimeNs !== EPOCH_NS) fs.lutimesSync(systemPath(location), BUILD_EPOCH, BUILD_EPOCH);
  }
}

function depositFiles(source: ByteString, entries: readonly TreeEntry[], { objects }: TreeWorkshop): void {
  const replaced = new Set<ByteString>();
  for (const entry of entries) {
    const location = below(source, entry.path);
    if (entry.type === 'file' && entry.size > 0 && objects.deposit(location, entry)) replaced.add(entry.path);
    if (entry.type === 'link' && replaced.has(entry.target)) objects.replace(location, below(source, entry.target));
  }
}

function setDirectoryTimes(source: ByteString, entries: readonly TreeEntry[]): void {
  for (const { type, path: name } of entries) {
    if (type === 'directory') fs.utimesSync(systemPath(below(source, name)), BUILD_EPOCH, BUILD_EPOCH);
  }
}

function moveToCheckouts(directory: string, checkout: string): void {
  if (fs.existsSync(checkout)) {
    removeTree(byteString(directory));
    return;
  }
  fs.renameSync(directory, checkout);
  syncDirectory(path.dirname(checkout));
}
