import fs from 'node:fs';
import path from 'node:path';

import type { ObjectId } from '../contracts/ids.ts';
import type { TreeSummary } from '../contracts/tree-store.ts';
import { BUILD_EPOCH } from '../layers/build-environment.ts';
import { fileToTake, refuseCommitted, type FileWithBytes, type IngestWorkshop } from './ingested-file.ts';
import { touch } from './lease.ts';
import { metadataClass } from './metadata-class.ts';
import { findObject } from './object-shelf.ts';
import { withoutSweep } from './sweep-lock.ts';
import { syncDirectory, syncFiles, syncFileSystemNow, syncPath } from './sync-disk.ts';
import { byteString } from './system-path.ts';
import { SourceError, stagedObject, takeFile } from './take-file.ts';
import { encodeTree, treeDigest } from './tree-encoding.ts';
import type { FileEntry, TreeEntry } from './tree-entry.ts';
import { readTreeBytes, writeTreeRecord } from './tree-record.ts';

export interface IngestedTree {
  readonly entries: readonly TreeEntry[];
  /** The files among them whose object is in the intake. */
  readonly staged: readonly FileWithBytes[];
  /** Those whose object the store had. */
  readonly stored: readonly FileWithBytes[];
}

/**
 * Makes a tree of what was taken. An object's name promises that its bytes are on the disk, and a record's that its objects
 * are. From the look for what the store has to the record, gc removes nothing.
 */
export async function keepIngested(
  { entries, ...files }: IngestedTree,
  workshop: IngestWorkshop,
): Promise<TreeSummary> {
  const { layout } = workshop;
  const encoded = encodeTree(entries);
  const digest = treeDigest(encoded);
  const staged = files.staged.map(({ entry }) => entry);
  dressStaged(staged, workshop);
  await syncStaged(staged, workshop);
  withoutSweep(layout, () => {
    const isKnown = readTreeBytes(layout, digest) !== undefined;
    const retaken = retakeMissing(files.stored, { workshop, renew: !isKnown });
    if (isKnown && staged.length + retaken.length === 0) {
      // What keeps the record keeps its objects.
      touch(layout.tree(digest));
      syncDirectory(path.dirname(layout.tree(digest)));
      return;
    }
    if (retaken.length > 0) syncFileSystemNow(layout.root);
    placeObjects([...staged, ...retaken], workshop);
    const record = writeTreeRecord(digest, encoded, workshop);
    syncNeeded(record.temporary, [...files.staged, ...files.stored], layout);
    record.commit();
  });
  return { digest, entries: entries.length, bytes: bytesOf(files.staged) + bytesOf(files.stored) };
}

function bytesOf(files: readonly FileWithBytes[]): number {
  return files.reduce((sum, { entry }) => sum + entry.size, 0);
}

function dressStaged(staged: readonly FileEntry[], { attributes, intake }: IngestWorkshop): void {
  for (const entry of staged) {
    if (entry.attributes.length === 0) continue;
    attributes.write(byteString(stagedObject(intake, entry.object, metadataClass(entry))), false, entry.attributes);
  }
}

/** Measured: below this it takes less time than a program that syncs the file system. */
const FEW_FILES = 16;

async function syncStaged(staged: readonly FileEntry[], { layout, intake }: IngestWorkshop): Promise<void> {
  if (staged.length > FEW_FILES) return syncFileSystemNow(layout.root);
  const files = new Set(staged.map((entry) => stagedObject(intake, entry.object, metadataClass(entry))));
  await syncFiles([...files]);
}

function placeObjects(staged: readonly FileEntry[], { layout, intake }: IngestWorkshop): void {
  const placed = new Set<ObjectId>();
  for (const entry of staged) {
    const kind = metadataClass(entry);
    const from = stagedObject(intake, entry.object, kind);
    // The same bytes in the same class came before.
    if (placed.has(entry.object) && !fs.existsSync(from)) continue;
    fs.renameSync(from, layout.object(entry.object, kind));
    placed.add(entry.object);
  }
}

/** Measured: where there are few, the first of them takes all to the disk, in less time than a program starts. */
const FEW_SHARDS = 32;

/**
 * Brings a record's bytes to the disk, and the names of the objects that it needs, whoever gave them: somebody else may have
 * done so just now.
 */
function syncNeeded(record: string, files: readonly FileWithBytes[], layout: IngestWorkshop['layout']): void {
  const shards = new Set<string>();
  for (const { entry } of files) {
    if (shards.size > FEW_SHARDS) return syncFileSystemNow(layout.root);
    shards.add(path.dirname(layout.object(entry.object, metadataClass(entry))));
  }
  for (const each of [record, ...shards]) syncPath(each);
}

interface Retaking {
  readonly workshop: IngestWorkshop;
  /** Whether each object must be kept from gc by itself. */
  readonly renew: boolean;
}

/** Takes what the store had, or was thought to have, and has no more. */
function retakeMissing(files: readonly FileWithBytes[], { workshop, renew }: Retaking): readonly FileEntry[] {
  const retaken: FileEntry[] = [];
  for (const file of files) {
    if (hasObject(file.entry, { workshop, renew })) continue;
    const { object, staged } = retake(file, workshop);
    if (object !== file.entry.object) {
      throw refuseCommitted(file.entry.path, new RangeError('it changes while it is read'));
    }
    if (staged) retaken.push(file.entry);
  }
  dressStaged(retaken, workshop);
  return retaken;
}

function retake(file: FileWithBytes, { source, layout, intake }: IngestWorkshop) {
  try {
    return takeFile(fileToTake(source, file), { layout, intake });
  } catch (error) {
    throw error instanceof SourceError ? refuseCommitted(file.entry.path, error) : error;
  }
}

/** Whether an object is here. Setting the time that it has anyway renews its ctime, which keeps it from gc. */
function hasObject(entry: FileEntry, { workshop: { layout, ids }, renew }: Retaking): boolean {
  const object = layout.object(entry.object, metadataClass(entry));
  if (findObject(byteString(object), entry, ids) === undefined) return false;
  if (renew) fs.utimesSync(object, BUILD_EPOCH, BUILD_EPOCH);
  return true;
}
