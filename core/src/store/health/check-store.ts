import type { Check } from '../../contracts/backend.ts';
import { KarapaceError } from '../../errors.ts';
import { checkRoot } from '../prepare-root.ts';
import { readStoreId } from '../store-format.ts';
import { FORMAT_VERSION, storeLayout, type StoreLayout } from '../store-layout.ts';
import { inStore } from '../system-error.ts';
import { checkJournal } from './check-journal.ts';
import { checkRecords } from './check-records.ts';
import { checkSessions } from './check-sessions.ts';

/**
 * Looks at a store's small files, and changes nothing, not even what a dead process left to be finished. What is in
 * objects, trees and checkouts is not read.
 *
 * @param root absolute path; a store that is not made yet is well
 */
export async function checkStore(root: string): Promise<readonly Check[]> {
  const layout = storeLayout(root);
  const about = { id: 'store-format', title: 'Format of the store' };
  const found = await readFormat(layout);
  if ('error' in found) return [{ ...about, state: 'failed', ...describeError(found.error) }];
  const { id } = found;
  if (id === undefined)
    return [{ ...about, state: 'ok', detail: `${FORMAT_VERSION}, once there is a store`, fix: null }];
  return inStore({ root }, async () => {
    const journal = checkJournal(layout);
    const records = await checkRecords(layout, { isSettled: journal.state === 'ok' });
    const detail = `${FORMAT_VERSION}, of the store ${id}`;
    return [{ ...about, state: 'ok', detail, fix: null }, journal, records, checkSessions(layout)];
  });
}

type Format = { readonly id: string | undefined } | { readonly error: KarapaceError };

/** A directory that cannot be a store is a finding, and there is nothing more to find in it. */
async function readFormat(layout: StoreLayout): Promise<Format> {
  try {
    return { id: await inStore(layout, async () => (checkRoot(layout.root) ? readStoreId(layout) : undefined)) };
  } catch (error) {
    if (error instanceof KarapaceError) return { error };
    throw error;
  }
}

function describeError({ code, message, hint }: KarapaceError): Pick<Check, 'detail' | 'fix'> {
  return { detail: `[${code}] ${message}`, fix: hint === undefined ? null : { description: hint } };
}
