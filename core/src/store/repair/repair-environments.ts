import path from 'node:path';

import type { EnvIdentity, SnapshotId } from '../../contracts/ids.ts';
import { changeIndex, encodeIndex, makeIndex } from '../environment-index.ts';
import { environmentFiles } from '../environment-files.ts';
import { pointName } from '../environment-names.ts';
import { UNKNOWN_PROJECT } from '../environment-record.ts';
import { commitSteps, type JournalPlace } from '../journal/journal.ts';
import type { Step } from '../journal/step.ts';
import { makeDirectory } from '../make-directory.ts';
import { isDigest } from '../store-layout.ts';
import { syncDirectory } from '../sync-disk.ts';
import type { Found } from '../verify/found.ts';
import type { InspectedStore } from '../verify/inspect-store.ts';
import { isThere } from '../verify/inspection.ts';
import { noteLost, noteMade, type RepairLog } from './repair-log.ts';

export interface EnvironmentDamage {
  readonly found: readonly Found[];
  readonly inspected: InspectedStore;
}

/**
 * Mends what belongs to environments, but for the records that need their layers. To be called under the writer lock.
 */
export function repairEnvironments(place: JournalPlace, { found, inspected }: EnvironmentDamage, log: RepairLog): void {
  for (const each of found.filter(({ problem }) => problem !== 'unreadable')) {
    if (each.part === 'snapshot') repairSnapshot(place, each, log);
    if (each.part === 'generation') repairGeneration(place, each, log);
    if (each.part === 'environment') repairEnvironment(place, each, log);
  }
  restoreNames(place, inspected, log);
}

function repairSnapshot(place: JournalPlace, { file, problem }: Found, log: RepairLog): void {
  const [, id = '', , snapshot = ''] = file.split('/');
  log.aside.move(file);
  if (problem === 'foreign' || !isDigest(id)) return;
  noteLost(log, file, 'what was committed');
  const change = { removedSnapshots: [snapshot as SnapshotId] };
  commitSteps(place, 'repair', changeIndex(place.layout, id as EnvIdentity, change));
}

function repairGeneration({ layout }: JournalPlace, { file }: Found, log: RepairLog): void {
  const directory = path.join(layout.root, file);
  log.aside.move(file);
  makeDirectory(directory, 0o755);
  syncDirectory(path.dirname(directory));
  noteMade(log, file);
  if (path.basename(file) !== 'upper') return;
  noteLost(log, file, 'what was changed inside the environment');
  log.undressed.add(file.split('/')[1] as EnvIdentity);
}

function repairEnvironment(place: JournalPlace, { file, problem }: Found, log: RepairLog): void {
  const [, id = '', name] = file.split('/');
  if (problem === 'foreign' || name === undefined) log.aside.move(file);
  if (name !== 'index.json') return;
  log.aside.move(file);
  const text = encodeIndex(makeIndex(place.layout, id as EnvIdentity));
  commitSteps(place, 'repair', [{ step: 'write', path: file, text }]);
  noteMade(log, file);
}

/** What an index has and is not there, or was just moved away, is written again. */
function restoreNames(place: JournalPlace, { graph }: InspectedStore, log: RepairLog): void {
  const { layout } = place;
  const steps = graph.environments
    .filter(({ id }) => isThere(environmentFiles(layout.environment(id)).directory))
    .flatMap(({ id, names }) =>
      names.filter((name) => !isThere(layout.name(name))).map((name) => pointName(name, id, UNKNOWN_PROJECT)),
    );
  commitSteps(place, 'repair', steps);
  for (const step of steps) {
    noteMade(log, pathOf(step));
    noteLost(log, pathOf(step), LOST_PROJECT);
  }
}

const LOST_PROJECT = 'for which project it was given, which `karapace build --name` in its directory gives back';

function pathOf(step: Step): string {
  return step.step === 'move' ? step.to : step.path;
}
