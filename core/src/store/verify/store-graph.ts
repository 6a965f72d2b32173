import type { EnvIdentity, LayerKey, ObjectId, TreeDigest } from '../../contracts/ids.ts';
import type { SnapshotRecord } from '../snapshot-record.ts';

/** Who needs what, as far as it can be read. */
export interface StoreGraph {
  readonly environments: readonly GraphEnvironment[];
  /** Of each layer its tree. */
  readonly layers: ReadonlyMap<LayerKey, TreeDigest>;
  /** By sha256, the object. */
  readonly archives: ReadonlyMap<string, ObjectId>;
  readonly names: ReadonlyMap<string, EnvIdentity>;
}

export interface GraphEnvironment {
  readonly id: EnvIdentity;
  readonly layers: readonly LayerKey[];
  /** Those of its layers and of its snapshots. */
  readonly trees: readonly TreeDigest[];
  /** Those of its layers, as its record has them. */
  readonly layerTrees: readonly TreeDigest[];
  /** Those that can be read. */
  readonly snapshots: readonly GraphSnapshot[];
  /** By sha256. */
  readonly archives: readonly string[];
  /** Those that its index has. */
  readonly names: readonly string[];
}

export type GraphSnapshot = Pick<SnapshotRecord, 'snapshot_id' | 'tree' | 'layers' | 'message'>;
