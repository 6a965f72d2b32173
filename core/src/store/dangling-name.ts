import fs from 'node:fs';

import type { EnvIdentity } from '../contracts/ids.ts';
import { isNameRecord } from './environment-names.ts';
import { isBeingDestroyed } from './journal/journal.ts';
import { examineRecord } from './record-file.ts';
import type { StoreLayout } from './store-layout.ts';

/**
 * Whether a name that meant an environment still does, and that is missing. An environment goes before its names do, by way
 * of the journal, and others change both while somebody looks.
 */
export function isDangling(layout: StoreLayout, name: string, id: EnvIdentity): boolean {
  const look = (): boolean =>
    !isBeingDestroyed(layout, id) && meansStill(layout, name, id) && !fs.existsSync(layout.environment(id));
  // Twice: its destruction may begin between the first two looks.
  return look() && look();
}

function meansStill(layout: StoreLayout, name: string, id: EnvIdentity): boolean {
  const found = examineRecord('name', layout.name(name), isNameRecord);
  return typeof found === 'object' && 'value' in found && found.value.env_id === id;
}
