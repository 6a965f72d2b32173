import fs from 'node:fs';

import type { EnvIdentity } from '../contracts/ids.ts';
import { KarapaceError } from '../errors.ts';
import { changeIndex } from './environment-index.ts';
import { noEnvironment } from './environment-state-error.ts';
import { checkEnvironmentName } from './environment-name.ts';
import { notItsName, pointName, readName, readNameRecord } from './environment-names.ts';
import { onlyProjectOf } from './environment-projects.ts';
import { commitSteps, type JournalPlace } from './journal/journal.ts';
import type { Step } from './journal/step.ts';
import { readEnvironment } from './read-environment.ts';
import type { StoreLayout } from './store-layout.ts';

export interface Renaming {
  /** `undefined`: it gets one name more. */
  readonly from: string | undefined;
  readonly to: string;
  /** The directory of the manifest that a name more is given for; `undefined`: the only one that is known. */
  readonly project?: string | undefined;
}

/**
 * The new name is there before the old one goes, both decided as one. To be called under the writer lock.
 *
 * @throws KarapaceError `NAME_INVALID`, `NAME_TAKEN`, `ENVIRONMENT_NOT_FOUND`, `ENVIRONMENT_AMBIGUOUS`
 */
export function renameEnvironment(place: JournalPlace, id: EnvIdentity, { from, to, project }: Renaming): void {
  const { layout } = place;
  checkEnvironmentName(to);
  const named = from === undefined ? undefined : readNameRecord(layout, from);
  if (from !== undefined && named?.env_id !== id) throw notItsName(from, id);
  // Whoever found it held no lock: it may be gone, and a name must never mean what is not there.
  if (!fs.existsSync(layout.environment(id))) throw noEnvironment(id);
  if (from === to) return;
  const taken = readName(layout, to);
  if (taken !== undefined) throw nameTaken(to, taken);
  const owner = from === undefined ? (project ?? onlyProject(layout, id)) : named?.project;
  const removed = from === undefined ? [] : [from];
  const removal = removed.map((name): Step => ({ step: 'remove', path: `names/${name}` }));
  const indexing = changeIndex(layout, id, { addedNames: [to], removedNames: removed });
  commitSteps(place, 'rename', [pointName(to, id, owner), ...indexing, ...removal]);
}

function onlyProject(layout: StoreLayout, id: EnvIdentity): string | undefined {
  const environment = readEnvironment(layout, id);
  return environment === undefined ? undefined : onlyProjectOf(environment);
}

function nameTaken(name: string, id: EnvIdentity): KarapaceError {
  return new KarapaceError('NAME_TAKEN', `The name \`${name}\` means the environment \`${id.slice(0, 12)}\` already`, {
    hint: `Choose another name, or give that one up with \`karapace rename ${name} <other>\`.`,
  });
}
