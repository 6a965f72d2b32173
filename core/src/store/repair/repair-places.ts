import fs from 'node:fs';
import path from 'node:path';

import { withFileLock } from '../exclusive.ts';
import { makeDirectory } from '../make-directory.ts';
import { readStoreFile } from '../read-store-file.ts';
import { writeFormat } from '../store-format.ts';
import type { StoreLayout } from '../store-layout.ts';
import { syncDirectory } from '../sync-disk.ts';
import { uniqueName } from '../unique-name.ts';
import type { Found } from '../verify/found.ts';
import { noteLost, noteMade, type RepairLog } from './repair-log.ts';

type OnWait = ((holder: string) => void) | undefined;

/**
 * Mends what keeps a store from being opened: its format, directories, journal, leases and locks; and moves away what may be in
 * the way of a change that was decided.
 */
export async function repairPlaces(
  layout: StoreLayout,
  found: readonly Found[],
  { log, onWait }: { readonly log: RepairLog; readonly onWait: OnWait },
): Promise<void> {
  const own = found.filter(({ part, problem }) => PARTS.has(part) && problem !== 'unreadable');
  if (own.length === 0) return;
  const lock = path.join(layout.directory('locks'), '.environments');
  if (own.some(({ file }) => file === 'locks/.environments')) log.aside.move('locks/.environments');
  await withFileLock(lock, async () => own.forEach((each) => repairPlace(layout, each, log)), { onWait });
}

const PARTS: ReadonlySet<Found['part']> = new Set(['format', 'directory', 'journal', 'lease', 'name']);

function repairPlace(layout: StoreLayout, { file, part }: Found, log: RepairLog): void {
  const place = path.join(layout.root, file);
  const storeId = part === 'format' ? readStoreId(layout) : '';
  const wasThere = file === 'locks/.environments' || (part === 'format' ? log.aside.keep(file) : log.aside.move(file));
  if (part === 'format') {
    writeFormat(layout, storeId);
    noteMade(log, file);
  } else if (part === 'directory') {
    makeDirectory(place, 0o755);
    syncDirectory(path.dirname(place));
    noteMade(log, file);
  } else if (part === 'journal' && wasThere) {
    noteLost(log, file, 'a change that was decided and perhaps not finished');
  }
}

const ID = /"store_id":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/;

/** What can still be read of it; entries of the journal know it as well. Nothing but the journal depends on it. */
function readStoreId(layout: StoreLayout): string {
  const journal = layout.directory('journal');
  const entries = fs.existsSync(journal) ? fs.readdirSync(journal).map((name) => path.join(journal, name)) : [];
  for (const file of [...entries, layout.format]) {
    const found = readStoreFile(file);
    const id = typeof found === 'string' ? undefined : ID.exec(found.bytes.toString('utf8'))?.[1];
    if (id !== undefined) return id;
  }
  return uniqueName();
}
