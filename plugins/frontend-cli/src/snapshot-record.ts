import type { Snapshot } from '@karapace/core';

/** What every `--json` of a snapshot has; `restore_hash` is what the established tool calls the identity to restore. */
export function snapshotRecord({ snapshot_id, tree, entries, bytes, created_at, message }: Snapshot): object {
  return {
    snapshot_id,
    restore_hash: snapshot_id,
    short_id: shortSnapshot({ snapshot_id }),
    tree,
    entries,
    bytes,
    created_at,
    message,
  };
}

/** Enough digits for a person. */
export function shortSnapshot({ snapshot_id }: Pick<Snapshot, 'snapshot_id'>): string {
  return snapshot_id.slice(0, 12);
}
