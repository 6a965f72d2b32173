import type { EnvIdentity } from '../contracts/ids.ts';
import type { CommitResult } from '../contracts/environment-store.ts';
import type { TreeStore } from '../contracts/tree-store.ts';
import { environmentFiles } from './environment-files.ts';
import { changeIndex } from './environment-index.ts';
import { commitSteps } from './journal/journal.ts';
import { withQuietEnvironment } from './quiet-environment.ts';
import { encodeRecord } from './record.ts';
import { readSnapshots, snapshotId, type SnapshotRecord } from './snapshot-record.ts';
import type { StoreCore } from './store-core.ts';

/** Keeps what differs from an environment's layers. The objects are on the disk before the record that needs them. */
export async function keepSnapshot(
  core: StoreCore,
  trees: TreeStore,
  { id, message }: { readonly id: EnvIdentity; readonly message: string | null },
): Promise<CommitResult> {
  return withQuietEnvironment(core, { id, intrusion: 'read' }, (record) =>
    core.leased(async () => {
      const { upper } = environmentFiles(core.layout.environment(id)).generation(record.generation);
      const { digest, entries, bytes, skipped } = await trees.ingest(upper, record.lock.ids);
      const over = { layers: record.layers.map((layer) => layer.tree), tree: digest };
      const snapshot: SnapshotRecord = {
        snapshot_id: snapshotId(over),
        ...over,
        entries,
        bytes,
        created_at: new Date().toISOString(),
        message,
      };
      return core.alone((place) => {
        const before = readSnapshots(core.layout, id).find((each) => each.snapshot_id === snapshot.snapshot_id);
        if (before !== undefined) return { snapshot: before, isNew: false, skipped };
        const path = `environments/${id}/snapshots/${snapshot.snapshot_id}`;
        const indexing = changeIndex(core.layout, id, { addedSnapshots: [snapshot.snapshot_id] });
        commitSteps(place, 'commit', [{ step: 'write', path, text: encodeRecord('snapshot', snapshot) }, ...indexing]);
        return { snapshot, isNew: true, skipped };
      });
    }),
  );
}
