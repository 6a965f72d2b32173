import fs from 'node:fs';
import path from 'node:path';

import type { IngestSummary } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';
import { BUILD_EPOCH } from '../layers/build-environment.ts';
import { copyHashed } from './copy-hashed.ts';
import { metadataClass } from './metadata-class.ts';
import { scanTree } from './scan-tree.ts';
import { openStatCache } from './stat-cache.ts';
import { withoutSweep } from './sweep-lock.ts';
import { syncFileSystemNow } from './sync-disk.ts';
import { hasCode } from './system-error.ts';
import { below, byteString, systemPath } from './system-path.ts';
import { encodeTree, treeDigest } from './tree-encoding.ts';
import { printablePath, type ByteString, type FileEntry, type TreeEntry } from './tree-entry.ts';
import { writeTreeRecord } from './tree-record.ts';
import type { TreeWorkshop } from './tree-workshop.ts';

/** Keeps a directory as a timed tree, without changing anything in it. */
export function ingestTree(directory: string, workshop: TreeWorkshop): IngestSummary {
  return withoutSweep(workshop.layout, () => ingest(directory, workshop));
}

function ingest(directory: string, workshop: TreeWorkshop): IngestSummary {
  const { layout, staging } = workshop;
  const source = byteString(directory);
  const skipped: string[] = [];
  const onSocket = (at: ByteString) => skipped.push(printablePath(at));
  const scanned = scanTree(source, { ...workshop, refuse: refuseCommitted, timed: true, onSocket });
  const cache = openStatCache(layout, directory, staging);
  const intake = path.join(staging, 'intake');
  fs.mkdirSync(intake);
  try {
    const taken: Taken[] = [];
    const entries = scanned.map(({ entry, identity }): TreeEntry => {
      if (entry.type !== 'file') return entry;
      const known = identity === undefined ? undefined : cache.find(identity);
      const file: FileEntry = known === undefined ? entry : { ...entry, object: known };
      if (known !== undefined && keepObject(file, workshop)) return file;
      const copy = takeFile(below(source, entry.path), entry, { intake, number: taken.length, workshop });
      if (identity !== undefined) cache.put(identity, copy.entry.object);
      if (copy.location !== undefined) taken.push({ entry: copy.entry, location: copy.location });
      return copy.entry;
    });
    const summary = commitIngest(entries, taken, workshop);
    cache.save();
    return { ...summary, skipped };
  } finally {
    fs.rmSync(intake, { recursive: true, force: true });
  }
}

interface Taken {
  readonly entry: FileEntry;
  /** The copy that is to become its object. */
  readonly location: ByteString;
}

interface Intake {
  readonly intake: string;
  readonly number: number;
  readonly workshop: TreeWorkshop;
}

/** Copies a file, unless its object is here already. */
function takeFile(
  source: ByteString,
  entry: FileEntry,
  { intake, number, workshop }: Intake,
): { readonly entry: FileEntry; readonly location: ByteString | undefined } {
  const location = byteString(path.join(intake, String(number)));
  const { object, size } = attempt(entry.path, () => copyHashed(source, location));
  if (size !== entry.size) throw refuseCommitted(entry.path, new RangeError('it changes while it is read'));
  const file = { ...entry, object };
  if (size === 0 || keepObject(file, workshop)) {
    fs.unlinkSync(systemPath(location));
    return { entry: file, location: undefined };
  }
  if (entry.uid !== 0 || entry.gid !== 0) fs.chownSync(systemPath(location), entry.uid, entry.gid);
  fs.chmodSync(systemPath(location), entry.mode);
  workshop.attributes.write(location, false, entry.attributes);
  fs.utimesSync(systemPath(location), BUILD_EPOCH, BUILD_EPOCH);
  return { entry: file, location };
}

/** Whether an object is here; tells gc that it is wanted: setting the time that it has anyway renews its ctime. */
function keepObject(entry: FileEntry, { layout }: TreeWorkshop): boolean {
  if (entry.size === 0) return true;
  try {
    fs.utimesSync(layout.object(entry.object, metadataClass(entry)), BUILD_EPOCH, BUILD_EPOCH);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** An object's name promises that its bytes are on the disk, and a record's that its objects are. */
function commitIngest(entries: readonly TreeEntry[], taken: readonly Taken[], workshop: TreeWorkshop) {
  const { layout } = workshop;
  const encoded = encodeTree(entries);
  const digest = treeDigest(encoded);
  const commitRecord = writeTreeRecord(digest, encoded, workshop);
  syncFileSystemNow(layout.root);
  for (const { entry, location } of taken) {
    fs.renameSync(systemPath(location), layout.object(entry.object, metadataClass(entry)));
  }
  if (taken.length > 0) syncFileSystemNow(layout.root);
  commitRecord();
  const bytes = entries.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
  return { digest, entries: entries.length, bytes };
}

function attempt<T>(at: ByteString, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof RangeError ? refuseCommitted(at, error) : error;
  }
}

/** For what somebody changed. */
export function refuseCommitted(at: ByteString, cause: RangeError): KarapaceError {
  return new KarapaceError('COMMIT_FAILED', `\`${printablePath(at)}\` cannot be kept: ${cause.message}`, {
    hint: 'Change or remove it, and commit again.',
    cause,
  });
}
