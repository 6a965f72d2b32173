import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../contracts/ids.ts';
import type { NewEnvironment } from '../contracts/store.ts';
import {
  environmentFiles,
  readEnvironmentRecord,
  writeEnvironmentRecord,
  type EnvironmentRecord,
} from './environment-record.ts';
import { pointName } from './environment-names.ts';
import { writeSynced } from './record-file.ts';
import { makeOwnDirectory } from './scratch.ts';
import type { StoreLayout } from './store-layout.ts';
import { syncDirectory } from './sync-disk.ts';

/**
 * Makes an environment visible, then its name. To be run by one process at a time.
 *
 * Metadata come before names, so that a name always means something; each step is on the disk before the next.
 */
export function commitEnvironment(layout: StoreLayout, environment: NewEnvironment, staging: string): EnvIdentity {
  const { lock, layers, project, name } = environment;
  const id = lock.env_id;
  const now = new Date().toISOString();
  const before = readEnvironmentRecord(layout, id);
  const created_at = before?.created_at ?? now;
  const value: EnvironmentRecord = { env_id: id, state: 'Built', project, created_at, built_at: now, lock, layers };
  if (before === undefined) createEnvironment(layout, value, staging);
  else writeEnvironmentRecord(layout.environment(id), { value, staging });
  if (name !== undefined) pointName(layout, name, { id, staging });
  return id;
}

/** The whole directory gets its name in one step. */
function createEnvironment(layout: StoreLayout, value: EnvironmentRecord, staging: string): void {
  const target = layout.environment(value.env_id);
  const directory = path.join(staging, `environment-${value.env_id}`);
  const generation = path.join(directory, 'gen-1');
  for (const each of [directory, generation, path.join(generation, 'upper'), path.join(generation, 'work')]) {
    makeOwnDirectory(each);
  }
  const { current, lock } = environmentFiles(directory);
  writeSynced(current, 'gen-1\n');
  writeSynced(lock, '');
  writeEnvironmentRecord(directory, { value, staging });
  syncDirectory(generation);
  fs.renameSync(directory, target);
  syncDirectory(path.dirname(target));
}
