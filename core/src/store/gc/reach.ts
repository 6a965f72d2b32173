import type { EnvIdentity, LayerKey, TreeDigest } from '../../contracts/ids.ts';

/** What is in a store, as far as one thing needs another. */
export interface StoreGraph {
  readonly environments: readonly EnvironmentNode[];
  readonly layers: ReadonlyMap<LayerKey, LayerNode>;
  readonly trees: ReadonlyMap<TreeDigest, Young>;
  /** By sha256. */
  readonly archives: ReadonlyMap<string, Young>;
}

export interface Young {
  /** Made or found since the oldest build that runs began: it may be about to need it. */
  readonly isYoung: boolean;
}

export interface EnvironmentNode {
  readonly id: EnvIdentity;
  /** Whether nobody can miss it. */
  readonly isForgotten: boolean;
  readonly layers: readonly LayerKey[];
  /** Those of its layers and of its snapshots. */
  readonly trees: readonly TreeDigest[];
  readonly archives: readonly string[];
}

export interface LayerNode extends Young {
  readonly tree: TreeDigest;
}

/** What nothing needs. */
export interface Unreachable {
  readonly environments: readonly EnvIdentity[];
  readonly layers: readonly LayerKey[];
  readonly trees: readonly TreeDigest[];
  readonly archives: readonly string[];
}

/** Pure: environments need layers, trees and archives; a layer needs its tree. Objects follow from the trees that stay. */
export function findUnreachable({ environments, layers, trees, archives }: StoreGraph): Unreachable {
  const kept = environments.filter(({ isForgotten }) => !isForgotten);
  const neededLayers = new Set(kept.flatMap((environment) => environment.layers));
  const liveLayers = [...layers].filter(([key, { isYoung }]) => isYoung || neededLayers.has(key));
  const neededTrees = new Set([...kept.flatMap((each) => each.trees), ...liveLayers.map(([, { tree }]) => tree)]);
  const neededArchives = new Set(kept.flatMap((environment) => environment.archives));
  const liveKeys = new Set(liveLayers.map(([key]) => key));
  return {
    environments: environments.filter(({ isForgotten }) => isForgotten).map(({ id }) => id),
    layers: [...layers.keys()].filter((key) => !liveKeys.has(key)),
    trees: unneeded(trees, neededTrees),
    archives: unneeded(archives, neededArchives),
  };
}

function unneeded<Key>(all: ReadonlyMap<Key, Young>, needed: ReadonlySet<Key>): readonly Key[] {
  return [...all].filter(([key, { isYoung }]) => !isYoung && !needed.has(key)).map(([key]) => key);
}
