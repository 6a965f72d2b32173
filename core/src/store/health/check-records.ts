import { setTimeout } from 'node:timers/promises';

import type { Check } from '../../contracts/backend.ts';
import type { StoreLayout } from '../store-layout.ts';
import { printablePath } from '../tree-entry.ts';
import { confirm } from '../verify/confirm.ts';
import type { Found } from '../verify/found.ts';
import { inspectStore } from '../verify/inspect-store.ts';
import { wayOut } from '../verify/way-out.ts';

/** What somebody is just changing seems damaged at the first look. */
const PAUSE = 250;
const SHOWN = 3;

interface Options {
  /** Nothing was decided that is not done: until then, records of environments may say what nobody meant. */
  readonly isSettled: boolean;
}

/** Reads every record, and looks whether what they need has a file. */
export async function checkRecords(layout: StoreLayout, { isSettled }: Options): Promise<Check> {
  const about = { id: 'store-records', title: 'Records of the store' };
  const { checked, found: all } = await look(layout);
  const found = all.filter(({ part }) => isSettled || part === 'journal');
  const [first] = found;
  if (first !== undefined) {
    // Most of what is missing follows from what is damaged, and the repair of the whole mends both.
    return {
      ...about,
      state: 'failed',
      detail: describeFound(found),
      fix: { description: wayOut(first, 'environment') },
    };
  }
  if (isSettled) return { ...about, state: 'ok', detail: `${checked} files are as they should be`, fix: null };
  const detail = 'not looked at, because a change is not finished';
  return { ...about, state: 'warning', detail, fix: { description: 'Finish it first, then run this again.' } };
}

async function look(layout: StoreLayout): Promise<{ readonly checked: number; readonly found: readonly Found[] }> {
  const { checked, found } = inspectStore(layout).tally;
  if (found.length === 0) return { checked, found };
  await setTimeout(PAUSE);
  return { checked, found: confirm(found, inspectStore(layout).tally.found) };
}

function describeFound(found: readonly Found[]): string {
  const shown = found.slice(0, SHOWN).map(({ file, reason }) => `\`${printablePath(file).slice(1)}\`: ${reason}`);
  const more = found.length > SHOWN ? [`and ${found.length - SHOWN} more`] : [];
  return [...shown, ...more].join('; ');
}
