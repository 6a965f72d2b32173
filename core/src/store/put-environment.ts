import path from 'node:path';

import type { NewEnvironment } from '../contracts/store.ts';
import { environmentFiles } from './environment-files.ts';
import { pointName } from './environment-names.ts';
import { encodeEnvironmentRecord, type EnvironmentRecord, type StoredEnvironment } from './environment-record.ts';
import { beginGeneration } from './begin-generation.ts';
import type { JournalPlace } from './journal/journal.ts';
import type { Step } from './journal/step.ts';
import { makeGeneration } from './make-generation.ts';
import { writeSynced } from './record-file.ts';
import { encodeRecord } from './record.ts';
import { makeOwnDirectory } from './scratch.ts';
import fs from 'node:fs';
import { syncDirectory } from './sync-disk.ts';
import { uniqueName } from './unique-name.ts';

/** What makes a built environment visible, or renews it. Prepares what the steps need. */
export function planPut(
  place: JournalPlace,
  { lock, layers, project, names, fresh = false }: NewEnvironment,
  before: StoredEnvironment | undefined,
): readonly Step[] {
  const id = lock.env_id;
  const now = new Date().toISOString();
  const naming = names.map((name) => pointName(name, id));
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
    return [createEnvironment(place, value, encodeRecord('lock', lock)), ...naming];
  }
  const value: EnvironmentRecord = { ...before, project, built_at: now, layers };
  return [...(fresh ? beginGeneration(place, value, makeGeneration(place.staging())) : [renew(value)]), ...naming];
}

function renew(value: EnvironmentRecord): Step {
  return { step: 'write', path: `environments/${value.env_id}/environment.json`, text: encodeEnvironmentRecord(value) };
}

/** The whole directory gets its name in one step. */
function createEnvironment({ layout, staging }: JournalPlace, value: EnvironmentRecord, lock: string): Step {
  const directory = path.join(staging(), `environment-${uniqueName()}`);
  const files = environmentFiles(directory);
  makeOwnDirectory(directory);
  makeOwnDirectory(files.snapshots);
  fs.renameSync(makeGeneration(staging()), files.generation(value.generation).directory);
  writeSynced(files.record, encodeEnvironmentRecord(value));
  writeSynced(files.lockRecord, lock);
  writeSynced(files.lock, '');
  syncDirectory(directory);
  return { step: 'move', from: path.relative(layout.root, directory), to: `environments/${value.env_id}` };
}
