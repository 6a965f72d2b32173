import fs from 'node:fs';
import path from 'node:path';

import type { IngestSummary } from '../contracts/tree-store.ts';
import { isFileWithBytes, refuseCommitted, type FileWithBytes, type IngestWorkshop } from './ingested-file.ts';
import type { InodeIdentity } from './inode-identity.ts';
import { keepIngested, type IngestedTree } from './keep-ingested.ts';
import { scanTree } from './scan-tree.ts';
import { openStatCache, type StatCache } from './stat-cache.ts';
import { byteString } from './system-path.ts';
import type { TakenFile } from './take-file.ts';
import { takeFiles } from './take-files.ts';
import { printablePath, type ByteString } from './tree-entry.ts';
import type { TreeWorkshop } from './tree-workshop.ts';
import { removeTree } from './remove-tree.ts';

/** Keeps a directory as a timed tree, without changing anything in it. The caller holds a lease. */
export async function ingestTree(directory: string, workshop: TreeWorkshop): Promise<IngestSummary> {
  const intake = path.join(workshop.staging, 'intake');
  fs.mkdirSync(intake);
  try {
    return await ingest(directory, { ...workshop, source: byteString(directory), intake });
  } finally {
    removeTree(byteString(intake));
  }
}

async function ingest(directory: string, workshop: IngestWorkshop): Promise<IngestSummary> {
  const { layout, source, staging } = workshop;
  const cache = openStatCache(layout, directory, staging);
  const skipped: string[] = [];
  const own = {
    recall: (inode: InodeIdentity) => cache.find(inode),
    onSocket: (at: ByteString) => void skipped.push(printablePath(at)),
  };
  const scanned = scanTree(source, { ...workshop, refuse: refuseCommitted, own });

  const files = await takeUnknown(scanned.filter(isFileWithBytes), cache, workshop);
  const entries = scanned.map(({ entry }) => entry);
  const summary = await keepIngested({ entries, ...files }, workshop);
  cache.save();
  return { ...summary, skipped };
}

/** Takes the files whose bytes are not known; gives all, by where their objects are. */
async function takeUnknown(
  files: readonly FileWithBytes[],
  cache: StatCache,
  workshop: IngestWorkshop,
): Promise<Omit<IngestedTree, 'entries'>> {
  const stored = files.filter(({ entry }) => entry.object !== '');
  const unknown = files.filter(({ entry }) => entry.object === '');
  const staged: FileWithBytes[] = [];
  const taken = await takeFiles(unknown, workshop);
  for (const [index, file] of unknown.entries()) {
    const { object, staged: isStaged } = taken[index] as TakenFile;
    file.entry.object = object;
    cache.put(file.identity, { object, plain: file.entry.attributes.length === 0 });
    (isStaged ? staged : stored).push(file);
  }
  return { staged, stored };
}
