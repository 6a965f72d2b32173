import path from 'node:path';

import { withFileLock } from './exclusive.ts';
import { listJournal, recoverJournal, type JournalPlace } from './journal/journal.ts';
import type { StoreLayout } from './store-layout.ts';

/** The one who changes environments and names. */
export interface StoreWriter {
  readonly alone: <T>(action: (place: JournalPlace) => Promise<T> | T) => Promise<T>;
  readonly settle: () => Promise<void>;
}

interface WriterOptions {
  readonly layout: StoreLayout;
  readonly id: () => string;
  readonly staging: () => string;
  readonly onWait: ((holder: string) => void) | undefined;
  readonly remove: (directory: string) => Promise<void>;
}

export function storeWriter({ layout, id, staging, onWait, remove }: WriterOptions): StoreWriter {
  const lock = path.join(layout.directory('locks'), '.environments');

  async function alone<T>(action: (place: JournalPlace) => Promise<T> | T): Promise<T> {
    const place: JournalPlace = { layout, storeId: id(), staging };
    const run = async () => ({ recovered: recoverJournal(place), done: await action(place) });
    const { recovered, done } = await withFileLock(lock, run, { onWait });
    for (const directory of recovered) await remove(directory);
    return done;
  }

  return {
    alone,
    async settle() {
      if (listJournal(layout).length > 0) await alone(() => undefined);
    },
  };
}
