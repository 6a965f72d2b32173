import type { EnvIdentity } from '../contracts/ids.ts';
import type { Environment, EnvironmentState } from '../contracts/environment-store.ts';
import { environmentFiles } from './environment-files.ts';
import { readEnvironmentRecord, type StoredEnvironment } from './environment-record.ts';
import { indexedNameRecords } from './environment-index.ts';
import type { NameRecord } from './environment-names.ts';
import { readLiveSessions } from './session-record.ts';
import type { StoreLayout } from './store-layout.ts';

/**
 * A name that cannot be read is nobody's, and no hindrance to what is called otherwise.
 *
 * @param name by which it was found
 */
export function readEnvironment(layout: StoreLayout, id: EnvIdentity, name?: string): Environment | undefined {
  return readNamedEnvironment(layout, id, () => indexedNameRecords(layout, id, name));
}

/** The same, where the names of all environments are known already. */
export function readNamedEnvironment(
  layout: StoreLayout,
  id: EnvIdentity,
  names: () => ReadonlyMap<string, NameRecord>,
): Environment | undefined {
  const record = readEnvironmentRecord(layout, id);
  return record === undefined ? undefined : describeEnvironment(layout, record, names());
}

function describeEnvironment(
  layout: StoreLayout,
  record: StoredEnvironment,
  names: ReadonlyMap<string, NameRecord>,
): Environment {
  const { env_id } = record;
  const [name] = names.keys();
  return {
    ...record,
    short_id: env_id.slice(0, 12),
    names: [...names.keys()],
    name,
    name_projects: new Map([...names].map(([name, { project }]) => [name, project ?? record.project])),
    state: stateOf(layout, record),
  };
}

function stateOf(layout: StoreLayout, { env_id, frozen, archived }: StoredEnvironment): EnvironmentState {
  if (archived) return 'Archived';
  if (readLiveSessions(environmentFiles(layout.environment(env_id))).length > 0) return 'Running';
  return frozen ? 'Frozen' : 'Built';
}
