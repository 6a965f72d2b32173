import fs from 'node:fs';

import type { EnvIdentity, Ids, TreeDigest } from '../contracts/ids.ts';
import type { Environment, Snapshot } from '../contracts/environment-store.ts';
import type { TreeStore } from '../contracts/tree-store.ts';
import { KarapaceError } from '../errors.ts';
import { beginGeneration } from './begin-generation.ts';
import { generationFiles } from './environment-files.ts';
import { readEnvironmentRecord, type StoredEnvironment } from './environment-record.ts';
import { commitSteps } from './journal/journal.ts';
import { makeGenerationFiles } from './make-generation.ts';
import { withQuietEnvironment } from './quiet-environment.ts';
import { findSnapshot, readSnapshots } from './snapshot-record.ts';
import type { StoreCore } from './store-core.ts';

interface Restoring {
  readonly id: EnvIdentity;
  readonly reference: string;
  /** Called while nobody else can change it. */
  readonly describe: () => Environment;
}

/** Begins a new generation with a copy of a snapshot, which is whole before anything changes. */
export async function restoreSnapshot(
  core: StoreCore,
  trees: TreeStore,
  { id, reference, describe }: Restoring,
): Promise<{ readonly environment: Environment; readonly snapshot: Snapshot }> {
  return withQuietEnvironment(core, { id, intrusion: 'change' }, async (record) => {
    const snapshot = findSnapshot(readSnapshots(core.layout, id), reference);
    checkLayers(record, snapshot);
    const made = await makeRestored(snapshot.tree, { core, trees, ids: record.lock.ids });
    const discarded = await core.alone((place) => {
      // What a build that needs no quiet has written by now stays.
      const now = readEnvironmentRecord(core.layout, id) ?? record;
      checkLayers(now, snapshot);
      return commitSteps(place, 'restore', beginGeneration(place, now, made));
    });
    for (const directory of discarded) await core.remove(directory, record.lock.ids);
    return { environment: describe(), snapshot };
  });
}

/** A generation whose upper holds a tree, below `tmp/`. */
async function makeRestored(
  tree: TreeDigest,
  { core, trees, ids }: { readonly core: StoreCore; readonly trees: TreeStore; readonly ids: Ids },
): Promise<string> {
  const made = makeGenerationFiles(await core.staging());
  const { upper } = generationFiles(made);
  fs.rmdirSync(upper);
  await trees.materialize(tree, { directory: upper, ids });
  return made;
}

function checkLayers({ layers, env_id }: StoredEnvironment, snapshot: Snapshot): void {
  const trees = layers.map(({ tree }) => tree);
  if (trees.length === snapshot.layers.length && trees.every((tree, index) => tree === snapshot.layers[index])) return;
  throw new KarapaceError(
    'SNAPSHOT_UNFIT',
    `The snapshot \`${snapshot.snapshot_id.slice(0, 12)}\` was made over other layers than \`${env_id.slice(0, 12)}\` has now`,
    { hint: 'The environment was rebuilt since, and its bytes differ: take over what you need by hand.' },
  );
}
