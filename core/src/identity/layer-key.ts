import type { LayerKey, TreeDigest } from '../contracts/ids.ts';
import type { LayerDefinition } from '../contracts/lock.ts';
import { blake3Hex } from './blake3-hex.ts';
import { canonicalJson } from './canonical-json.ts';

const DOMAIN = 'karapace/layer-key/v1';

/**
 * The key of a layer on top of its parents' *content*: a parent that rebuilds to the same bytes rebuilds nothing above.
 *
 * @param parents the parents' trees, nearest first
 */
export function layerKey(definition: LayerDefinition, parents: readonly TreeDigest[]): LayerKey {
  return blake3Hex(DOMAIN, canonicalJson({ definition, parents })) as LayerKey;
}
