import type { EnvIdentity, LayerKey, TreeDigest } from './ids.ts';
import type { LayerKind } from './lock.ts';

/** What gc would take, or took. */
export interface GcPlan {
  /** Environments that nobody can miss, the heaviest first. */
  readonly environments: readonly GcEnvironment[];
  /** The heaviest first. */
  readonly layers: readonly GcLayer[];
  readonly trees: number;
  readonly checkouts: number;
  readonly archives: number;
  readonly objects: number;
  /** Bytes on the disk that objects take and that are free afterwards. */
  readonly bytes: number;
}

export interface GcEnvironment {
  readonly env_id: EnvIdentity;
  readonly project: string;
  /** Of those of its layers that go with it. */
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly last_used: string;
}

export interface GcLayer {
  readonly key: LayerKey;
  readonly kind: LayerKind;
  readonly tree: TreeDigest;
  /** Sizes of its files that nothing has which stays, each once. */
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly last_used: string;
}

export interface GcOptions {
  /** Only look. Default false. */
  readonly dryRun?: boolean | undefined;
  /** Called before anything is removed; again, with what is left, where somebody took something into use meanwhile. */
  readonly onPlan?: ((plan: GcPlan) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
