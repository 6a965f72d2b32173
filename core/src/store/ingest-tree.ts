import fs from 'node:fs';
import path from 'node:path';

import type { IngestSummary } from '../contracts/store.ts';
import { isFileWithBytes, refuseCommitted, type IngestedFile, type IngestWorkshop } from './ingested-file.ts';
import { keepIngested } from './keep-ingested.ts';
import { scanTree, type ScannedEntry } from './scan-tree.ts';
import { openStatCache, type InodeIdentity } from './stat-cache.ts';
import { byteString } from './system-path.ts';
import type { TakenFile } from './take-file.ts';
import { takeFiles } from './take-files.ts';
import { printablePath, type ByteString, type TreeEntry } from './tree-entry.ts';
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

  const unknown = scanned.filter(isFileWithBytes).filter(({ entry }) => entry.object === '');
  const taken = await takeFiles(unknown, workshop);
  unknown.forEach(({ entry, identity }, index) => {
    const { object } = taken[index] as TakenFile;
    cache.put(identity, { object, plain: entry.attributes.length === 0 });
  });
  const summary = await keepIngested(entriesOf(scanned, taken), workshop);
  cache.save();
  return { ...summary, skipped };
}

/** All entries with their objects, and the files among them. */
function entriesOf(scanned: readonly ScannedEntry[], taken: readonly TakenFile[]) {
  const files: IngestedFile[] = [];
  const answers = taken.values();
  const entries = scanned.map((each): TreeEntry => {
    if (!isFileWithBytes(each)) return each.entry;
    const fresh = each.entry.object === '' ? answers.next().value : undefined;
    const entry = fresh === undefined ? each.entry : { ...each.entry, object: fresh.object };
    files.push({ ...each, entry, staged: fresh?.staged ?? false });
    return entry;
  });
  return { entries, files };
}
