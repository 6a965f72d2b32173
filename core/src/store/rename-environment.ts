import fs from 'node:fs';

import type { EnvIdentity } from '../contracts/ids.ts';
import { KarapaceError } from '../errors.ts';
import { checkEnvironmentName } from './environment-name.ts';
import { notItsName, pointName, readName } from './environment-names.ts';
import { commitSteps, type JournalPlace } from './journal/journal.ts';
import type { StoreLayout } from './store-layout.ts';
import { syncDirectory } from './sync-disk.ts';

export interface Renaming {
  /** `undefined`: it gets one name more. */
  readonly from: string | undefined;
  readonly to: string;
}

/**
 * One rename of one file, since a name's record does not say the name. To be called under the writer lock.
 *
 * @throws KarapaceError `NAME_INVALID`, `NAME_TAKEN`, `ENVIRONMENT_NOT_FOUND`
 */
export function renameEnvironment(place: JournalPlace, id: EnvIdentity, { from, to }: Renaming): void {
  const { layout } = place;
  checkEnvironmentName(to);
  if (from !== undefined && readName(layout, from) !== id) throw notItsName(from, id);
  if (from === to) return;
  const taken = readName(layout, to);
  if (taken !== undefined) throw nameTaken(to, taken);
  if (from === undefined) commitSteps(place, 'rename', [pointName(to, id)]);
  else moveName(layout, from, to);
}

function moveName(layout: StoreLayout, from: string, to: string): void {
  fs.renameSync(layout.name(from), layout.name(to));
  syncDirectory(layout.directory('names'));
}

function nameTaken(name: string, id: EnvIdentity): KarapaceError {
  return new KarapaceError('NAME_TAKEN', `The name \`${name}\` means the environment \`${id.slice(0, 12)}\` already`, {
    hint: `Choose another name, or give that one up with \`karapace rename ${name} <other>\`.`,
  });
}
