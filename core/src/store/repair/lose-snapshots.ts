import path from 'node:path';

import { changeIndex } from '../environment-index.ts';
import { commitSteps, type JournalPlace } from '../journal/journal.ts';
import { isThere } from '../verify/inspection.ts';
import { describeSnapshot, findSnapshotNeeds, type OwnedSnapshot } from '../verify/snapshot-needs.ts';
import type { EnvironmentDamage } from './repair-environments.ts';
import { noteLost, type RepairLog } from './repair-log.ts';

/**
 * Moves away the snapshots that miss what nothing can make again; gives how many. For after a try to build: until then
 * something may come back. To be called under the writer lock.
 */
export function loseSnapshots(place: JournalPlace, { found, inspected }: EnvironmentDamage, log: RepairLog): number {
  const { layout } = place;
  const { graph } = inspected;
  const missing = found.filter(({ problem }) => problem === 'missing');
  const needing = findSnapshotNeeds(layout, { graph, found: missing });
  const lost = new Set<OwnedSnapshot>();
  for (const each of missing) {
    // A commit may just have brought it back.
    if (isThere(path.join(layout.root, each.file))) continue;
    for (const owned of needing(each)) lost.add(owned);
  }
  for (const owned of lost) {
    const what = describeSnapshot(owned, graph);
    loseSnapshot(place, { owned, what }, log);
  }
  return lost.size;
}

/** The record goes first: a repair that is stopped between leaves one that the index misses, which the next one finds. */
function loseSnapshot(
  place: JournalPlace,
  { owned, what }: { readonly owned: OwnedSnapshot; readonly what: string },
  log: RepairLog,
): void {
  const { snapshot_id } = owned.snapshot;
  const { id } = owned.environment;
  const file = `environments/${id}/snapshots/${snapshot_id}`;
  if (!log.aside.move(file)) return;
  noteLost(log, file, what);
  commitSteps(place, 'repair', changeIndex(place.layout, id, { removedSnapshots: [snapshot_id] }));
}
