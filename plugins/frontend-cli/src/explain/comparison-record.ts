import type { BuiltLayer, LayerComparison } from '@karapace/core';

/** What every `--json` says of a layer that is compared with another. */
export function comparisonRecord(comparison: LayerComparison): object {
  const { verdict, before, after, differences, parents, paths, hasSameBytes } = comparison;
  return {
    verdict,
    before: sideRecord(before),
    after: sideRecord(after),
    differences,
    parents,
    paths,
    same_bytes: hasSameBytes,
  };
}

function sideRecord(layer: BuiltLayer | undefined): object | null {
  return layer === undefined ? null : { key: layer.key, tree: layer.tree };
}
