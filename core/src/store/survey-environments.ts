import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../contracts/ids.ts';
import type { DamagedEnvironment, Environment, EnvironmentSurvey } from '../contracts/environment-store.ts';
import { KarapaceError } from '../errors.ts';
import { isDangling } from './dangling-name.ts';
import { isEnvironmentName } from './environment-name.ts';
import { listNames, readNameRecord, type NameRecord } from './environment-names.ts';
import { readNamedEnvironment } from './read-environment.ts';
import { corruptRecord } from './record-file.ts';
import { isDigest, type StoreLayout } from './store-layout.ts';

/** All that can be read, and what cannot, each with the names that lead to it. */
export function surveyEnvironments(layout: StoreLayout): EnvironmentSurvey {
  const environments: Environment[] = [];
  const damaged: DamagedEnvironment[] = [];
  // Names first: deletion takes them away first, so a name that was read before its environment is at most out of date.
  const named = surveyNames(layout, damaged);
  const recordsById = Map.groupBy(named, ([, { env_id }]) => env_id);
  const directory = layout.directory('environments');
  const ids = fs.existsSync(directory) ? fs.readdirSync(directory) : [];
  for (const id of ids) {
    const records = new Map(recordsById.get(id as EnvIdentity));
    const found = attempt(() => readListed(layout, id, records));
    if (!('error' in found)) environments.push(...(found.value === undefined ? [] : [found.value]));
    // Destroyed between two looks, it seems damaged.
    else if (fs.existsSync(path.join(directory, id))) damaged.push(describe(id, [...records.keys()], found.error));
  }
  for (const [name, { env_id }] of named) damaged.push(...dangling(layout, name, env_id));
  return { environments: sortByName(environments), damaged };
}

/**
 * Every environment: those with names first, by name, then the others, by id.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the first record that cannot be read: nothing is left out silently
 */
export function listEnvironments(layout: StoreLayout): readonly Environment[] {
  const { environments, damaged } = surveyEnvironments(layout);
  const [first] = damaged;
  if (first === undefined) return environments;
  throw corruptRecord(first.file, first.reason);
}

function readListed(
  layout: StoreLayout,
  id: string,
  records: ReadonlyMap<string, NameRecord>,
): Environment | undefined {
  if (isDigest(id)) return readNamedEnvironment(layout, id as EnvIdentity, () => records);
  throw corruptRecord(path.join(layout.directory('environments'), id), 'it is no environment');
}

function surveyNames(layout: StoreLayout, damaged: DamagedEnvironment[]): ReadonlyMap<string, NameRecord> {
  const names = new Map<string, NameRecord>();
  for (const name of listNames(layout)) {
    const found = attempt(() => {
      if (isEnvironmentName(name)) return readNameRecord(layout, name);
      throw corruptRecord(layout.name(name), 'it is no name of an environment');
    });
    if ('error' in found) damaged.push(describe(undefined, [name], found.error));
    else if (found.value !== undefined) names.set(name, found.value);
  }
  return names;
}

function dangling(layout: StoreLayout, name: string, id: EnvIdentity): readonly DamagedEnvironment[] {
  if (fs.existsSync(layout.environment(id)) || !isDangling(layout, name, id)) return [];
  return [{ env_id: id, names: [name], file: layout.name(name), reason: `its environment \`${id}\` is missing` }];
}

type Attempt<T> = { readonly value: T } | { readonly error: KarapaceError };

function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof KarapaceError) return { error };
    throw error;
  }
}

function describe(id: string | undefined, names: readonly string[], error: KarapaceError): DamagedEnvironment {
  const env_id = id !== undefined && isDigest(id) ? (id as EnvIdentity) : null;
  const reason = error.message.replace(/^The store's record `[^`]*` is damaged: /, '');
  return { env_id, names, file: error.place?.file ?? '', reason };
}

/** The keys are made once, not for each comparison. */
function sortByName(environments: readonly Environment[]): readonly Environment[] {
  const keyed = environments.map((environment) => ({ environment, key: keyOf(environment) }));
  return keyed.toSorted((left, right) => (left.key < right.key ? -1 : 1)).map(({ environment }) => environment);
}

function keyOf({ names, env_id }: Environment): string {
  return `${names[0] === undefined ? '~' : `!${names[0]}`} ${env_id}`;
}
