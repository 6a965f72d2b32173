import type { TreeDigest } from './ids.ts';
import type { BuiltLayer, LayerDefinition } from './lock.ts';
import type { Environment } from './environment-store.ts';

/** A layer, and everything that its key was made of. */
export interface ExplainedLayer extends BuiltLayer {
  readonly definition: LayerDefinition;
  /** Nearest first. */
  readonly parents: readonly ExplainedParent[];
}

/** The content that a layer was built on. */
export interface ExplainedParent {
  /** The layer of the same environment that has this content; `null` where none has. */
  readonly name: string | null;
  readonly tree: TreeDigest;
}

export interface ExplainedEnvironment {
  readonly environment: Environment;
  /** Bottom first. */
  readonly layers: readonly ExplainedLayer[];
}

/** One input that two definitions have otherwise. */
export interface InputDifference {
  /**
   * From the definition to the input: keys, places in a list from 0, and for items that have a name of their own this
   * name: `['inputs', 'archives', 'git amd64']`.
   */
  readonly path: readonly (string | number)[];
  /** `moved`: the items of a list are the same in another order. */
  readonly change: 'added' | 'removed' | 'changed' | 'moved';
  /** Plain JSON data; `undefined` of what was added. */
  readonly before: unknown;
  /** Plain JSON data; `undefined` of what was removed. */
  readonly after: unknown;
}

/** What became of the layer of one name. */
export interface LayerComparison {
  readonly name: string;
  readonly kind: string;
  /**
   * `same`: the key is the same. `inputs`: it has other inputs of its own. `parents`: only what it stands on is other.
   * `added`, `removed`: only one side has it.
   */
  readonly verdict: 'same' | 'inputs' | 'parents' | 'added' | 'removed';
  readonly before: BuiltLayer | undefined;
  readonly after: BuiltLayer | undefined;
  /**
   * Of its own inputs; those that people wrote come before those that follow from them. Of a layer that only one side has:
   * what it brings.
   */
  readonly differences: readonly InputDifference[];
  /** Names of the layers below whose content is other. */
  readonly parents: readonly string[];
  /**
   * Where the content differs of a layer that copies trees, whose inputs are but their digests: paths with a reason, for
   * people, at most 20. Empty of others.
   */
  readonly paths: readonly string[];
  /** The bytes are the same: nothing above differs because of it. */
  readonly hasSameBytes: boolean;
}

export interface EnvironmentComparison {
  readonly before: Environment;
  readonly after: Environment;
  /** Bottom first; those that only `before` has come last. */
  readonly layers: readonly LayerComparison[];
  /** What the locks' manifests ask for otherwise. */
  readonly intent: readonly InputDifference[];
}

/** What became of the layers since the build before. */
export interface BuildComparison {
  /** As it was before the build. */
  readonly before: Environment;
  /** Bottom first; those that are no more come last. */
  readonly layers: readonly LayerComparison[];
}

/** What a picture of an environment's layers shows. */
export interface LayerGraph {
  readonly environment: Environment;
  /** Bottom first. */
  readonly layers: readonly GraphLayer[];
}

export interface GraphLayer extends BuiltLayer {
  readonly kind: string;
  /** Names of the layers that it stands on directly, nearest first. */
  readonly parents: readonly string[];
  /**
   * Whether it was built or found in the store when something was last built for the environment; `null` where nobody
   * knows any more.
   */
  readonly lastBuild: 'built' | 'reused' | null;
  /** How long its build took on this machine; `null` where nobody knows any more. */
  readonly buildMilliseconds: number | null;
}
