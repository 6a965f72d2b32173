import type { EnvIdentity } from '../contracts/ids.ts';
import type { Environment, EnvironmentState } from '../contracts/store.ts';
import { environmentFiles } from './environment-files.ts';
import { readEnvironmentRecord, type StoredEnvironment } from './environment-record.ts';
import { listEnvironmentIds, readNames } from './environment-names.ts';
import { corruptRecord } from './record-file.ts';
import { readLiveSessions } from './session-record.ts';
import type { StoreLayout } from './store-layout.ts';

type Names = ReadonlyMap<string, EnvIdentity>;

export function readEnvironment(
  layout: StoreLayout,
  id: EnvIdentity,
  names: Names = readNames(layout),
): Environment | undefined {
  const record = readEnvironmentRecord(layout, id);
  return record === undefined ? undefined : describeEnvironment(layout, record, names);
}

/**
 * Every environment: those with names first, by name, then the others, by id.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the first record that cannot be read: nothing is left out silently
 */
export function listEnvironments(layout: StoreLayout): readonly Environment[] {
  // Names first: deletion takes them away first, so a name that was read before its environment is at most out of date.
  const names = readNames(layout);
  const environments = listEnvironmentIds(layout)
    .map((id) => readEnvironment(layout, id, names))
    .filter((environment) => environment !== undefined);
  checkNames(layout, new Set(environments.map(({ env_id }) => env_id)));
  return environments.toSorted(byName);
}

/** A name without an environment is damage, unless somebody is just destroying both: then it is gone by now. */
function checkNames(layout: StoreLayout, known: ReadonlySet<EnvIdentity>): void {
  for (const [name, id] of readNames(layout)) {
    if (known.has(id) || readEnvironmentRecord(layout, id) !== undefined) continue;
    throw corruptRecord(layout.name(name), `its environment \`${id}\` is missing`);
  }
}

function describeEnvironment(layout: StoreLayout, record: StoredEnvironment, names: Names): Environment {
  const { env_id } = record;
  return {
    ...record,
    short_id: env_id.slice(0, 12),
    names: [...names].filter(([, id]) => id === env_id).map(([name]) => name),
    state: stateOf(layout, record),
  };
}

function stateOf(layout: StoreLayout, { env_id, frozen, archived }: StoredEnvironment): EnvironmentState {
  if (archived) return 'Archived';
  if (readLiveSessions(environmentFiles(layout.environment(env_id))).length > 0) return 'Running';
  return frozen ? 'Frozen' : 'Built';
}

function byName(left: Environment, right: Environment): number {
  const [leftKey, rightKey] = [left, right].map(
    ({ names, env_id }) => `${names[0] === undefined ? '~' : `!${names[0]}`} ${env_id}`,
  );
  return (leftKey ?? '') < (rightKey ?? '') ? -1 : 1;
}
