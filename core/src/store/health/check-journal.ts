import path from 'node:path';

import type { Check } from '../../contracts/backend.ts';
import { isFileLocked } from '../file-lock.ts';
import { listJournal } from '../journal/journal.ts';
import type { StoreLayout } from '../store-layout.ts';

/** A change that somebody decided, and was stopped before its end. */
export function checkJournal(layout: StoreLayout): Check {
  const about = { id: 'store-journal', title: 'Changes of the store' };
  const [entry] = listJournal(layout);
  if (entry === undefined) return { ...about, state: 'ok', detail: 'all are finished', fix: null };
  const isChanging = isFileLocked(path.join(layout.directory('locks'), '.environments'));
  // Whoever made it may have been done between the two looks.
  if (isChanging || !listJournal(layout).includes(entry)) {
    return { ...about, state: 'ok', detail: 'somebody is making one', fix: null };
  }
  const detail = `one was decided, and whoever made it was stopped: \`journal/${entry}\``;
  return { ...about, state: 'warning', detail, fix: { description: 'Run `karapace list`, which finishes it.' } };
}
