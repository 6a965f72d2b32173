import path from 'node:path';

import { isJournalRecord, isDestroyedEnvironment } from '../journal/journal.ts';
import { isLeaseName } from '../lease.ts';
import { isFormat } from '../store-format.ts';
import { OBJECT_SHARDS, STORE_DIRECTORIES } from '../store-layout.ts';
import {
  find,
  findStranger,
  inspectDirectory,
  inspectPlainFile,
  inspectRecord,
  type Inspection,
} from './inspection.ts';

/** A cache may be removed at any time. */
const NEEDED = STORE_DIRECTORIES.filter((name) => name !== 'cache');

/** What holds the store together: its format, directories, journal, leases and locks. */
export function inspectPlaces(inspection: Inspection): void {
  const { layout } = inspection;
  const storeId = inspectFormat(inspection);
  const listed = new Map(NEEDED.map((name) => [name, inspectDirectory(inspection, layout.directory(name))]));
  inspectShards(inspection, listed.get('objects') ?? []);
  for (const name of listed.get('journal') ?? []) inspectEntry(inspection, name, storeId);
  for (const name of listed.get('leases') ?? []) {
    const directory = layout.directory('leases');
    if (isLeaseName(name)) inspectPlainFile(inspection, path.join(directory, name), 'lease');
    else findStranger(inspection, { directory, name, part: 'lease' });
  }
  for (const name of listed.get('locks') ?? []) {
    inspectPlainFile(inspection, path.join(layout.directory('locks'), name), 'lease');
  }
}

function inspectFormat(inspection: Inspection): string | undefined {
  const file = inspection.layout.format;
  const format = inspectRecord(inspection, { file, part: 'format', kind: 'store' }, isFormat);
  if (format === 'missing') find(inspection, file, { part: 'format', problem: 'missing', reason: 'it is missing' });
  return typeof format === 'object' ? format.store_id : undefined;
}

function inspectShards(inspection: Inspection, found: readonly string[]): void {
  const objects = inspection.layout.directory('objects');
  const shards = new Set(OBJECT_SHARDS);
  for (const name of found) {
    if (shards.has(name)) continue;
    findStranger(inspection, { directory: objects, name, part: 'object' });
  }
  const present = new Set(found);
  for (const shard of OBJECT_SHARDS) {
    const problem = { part: 'directory', problem: 'missing', reason: 'the directory is missing' } as const;
    if (!present.has(shard)) find(inspection, path.join(objects, shard), problem);
  }
}

function inspectEntry(inspection: Inspection, name: string, storeId: string | undefined): void {
  const file = path.join(inspection.layout.directory('journal'), name);
  if (isDestroyedEnvironment(name)) return;
  const entry = inspectRecord(inspection, { file, part: 'journal', kind: 'journal' }, isJournalRecord);
  if (typeof entry !== 'object' || storeId === undefined || entry.store_id === storeId) return;
  find(inspection, file, { part: 'journal', problem: 'damaged', reason: 'it is of another store' });
}
