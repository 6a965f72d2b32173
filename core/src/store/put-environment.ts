import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../contracts/ids.ts';
import type { NewEnvironment } from '../contracts/environment-store.ts';
import { KarapaceError } from '../errors.ts';
import { environmentFiles } from './environment-files.ts';
import { changeIndex, encodeIndex, indexSteps } from './environment-index.ts';
import { nameRecordsOf, pointName, readName } from './environment-names.ts';
import {
  encodeEnvironmentRecord,
  readEnvironmentRecord,
  type EnvironmentRecord,
  type StoredEnvironment,
  UNKNOWN_PROJECT,
} from './environment-record.ts';
import { beginGeneration } from './begin-generation.ts';
import type { JournalPlace } from './journal/journal.ts';
import type { Step } from './journal/step.ts';
import { writeSynced } from './record-file.ts';
import { encodeRecord } from './record.ts';
import { makeOwnDirectory } from './scratch.ts';
import type { StoreLayout } from './store-layout.ts';
import { syncDirectory } from './sync-disk.ts';
import { uniqueName } from './unique-name.ts';

interface Putting {
  readonly before: StoredEnvironment | undefined;
  /** Makes an empty one below `tmp/`. */
  readonly makeGeneration: () => Promise<string>;
}

/** What makes a built environment visible, or renews it. Prepares what the steps need. */
export async function planPut(
  place: JournalPlace,
  environment: NewEnvironment,
  { before, makeGeneration }: Putting,
): Promise<readonly Step[]> {
  const { lock, layers, project, fresh = false } = environment;
  const id = lock.env_id;
  const names = [...new Set([...environment.names, ...inheritedNames(place, environment)])];
  const now = new Date().toISOString();
  const naming = [
    ...keepWithProject(place, environment, before),
    ...names.map((name) => pointName(name, id, project)),
    ...takeOver(place, names, id),
  ];
  if (before === undefined) {
    const value: EnvironmentRecord = {
      env_id: id,
      frozen: false,
      archived: false,
      generation: 1,
      project,
      created_at: now,
      built_at: now,
      layers,
    };
    const index = { env_id: id, names: [], snapshots: [] };
    const records = { lock: encodeRecord('lock', lock), index: encodeIndex(index) };
    const created = createEnvironment(place, value, { ...records, generation: await makeGeneration() });
    return [created, ...naming, ...indexSteps(index, { addedNames: names })];
  }
  const value: EnvironmentRecord = { ...before, project, built_at: now, layers };
  const indexing = changeIndex(place.layout, id, { addedNames: names });
  return [...(fresh ? beginGeneration(place, value, await makeGeneration()) : [renew(value)]), ...naming, ...indexing];
}

/** To be read under the writer lock: a name that was given away meanwhile must not come back. */
function inheritedNames({ layout }: JournalPlace, environment: NewEnvironment): readonly string[] {
  const { lock, project, replaces, formerly = [] } = environment;
  const isOther = replaces !== undefined && replaces !== lock.env_id;
  return [
    ...namesGivenFor(layout, lock.env_id, formerly),
    ...(isOther ? namesGivenFor(layout, replaces, [project, ...formerly]) : []),
  ];
}

function namesGivenFor(layout: StoreLayout, id: EnvIdentity, projects: readonly string[]): readonly string[] {
  if (projects.length === 0) return [];
  const own = readEnvironmentRecord(layout, id)?.project;
  return [...nameRecordsOf(layout, id)]
    .filter(([, record]) => projects.includes(record.project ?? own ?? UNKNOWN_PROJECT))
    .map(([name]) => name);
}

/** Names that do not say their project must not follow the environment to another one. */
function keepWithProject(
  { layout }: JournalPlace,
  { project, names }: NewEnvironment,
  before: StoredEnvironment | undefined,
): readonly Step[] {
  if (before === undefined || before.project === project || before.project === UNKNOWN_PROJECT) return [];
  const { env_id } = before;
  return [...nameRecordsOf(layout, env_id)]
    .filter(([name, record]) => record.project === undefined && !names.includes(name))
    .map(([name]) => pointName(name, env_id, before.project));
}

/** What others were called they are called no more; one that is damaged is no hindrance. */
function takeOver({ layout }: JournalPlace, names: readonly string[], id: EnvIdentity): readonly Step[] {
  const owners = new Set(names.map((name) => ownerOf(layout, name)).filter((owner) => owner !== undefined));
  owners.delete(id);
  return [...owners].flatMap((owner) => unlessDamaged(() => changeIndex(layout, owner, { removedNames: names })));
}

function ownerOf(layout: StoreLayout, name: string): EnvIdentity | undefined {
  const [owner] = unlessDamaged(() => [readName(layout, name)]);
  return owner !== undefined && fs.existsSync(layout.environment(owner)) ? owner : undefined;
}

function unlessDamaged<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof KarapaceError) return [];
    throw error;
  }
}

function renew(value: EnvironmentRecord): Step {
  return { step: 'write', path: `environments/${value.env_id}/environment.json`, text: encodeEnvironmentRecord(value) };
}

/** The whole directory gets its name in one step. */
function createEnvironment(
  { layout, staging }: JournalPlace,
  value: EnvironmentRecord,
  { lock, index, generation }: Readonly<Record<'lock' | 'index' | 'generation', string>>,
): Step {
  const directory = path.join(staging(), `environment-${uniqueName()}`);
  const files = environmentFiles(directory);
  makeOwnDirectory(directory);
  makeOwnDirectory(files.snapshots);
  fs.renameSync(generation, files.generation(value.generation).directory);
  writeSynced(files.record, encodeEnvironmentRecord(value));
  writeSynced(files.lockRecord, lock);
  writeSynced(files.index, index);
  writeSynced(files.lock, '');
  syncDirectory(directory);
  return { step: 'move', from: path.relative(layout.root, directory), to: `environments/${value.env_id}` };
}
