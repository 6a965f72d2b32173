import type { Ids, TreeDigest } from '../contracts/ids.ts';
import type { BuiltLayer } from '../contracts/lock.ts';
import type { StoreCore } from './store-core.ts';
import type { StoreLayout } from './store-layout.ts';
import type { DirectoryEntry } from './tree-entry.ts';
import { readTreeRoot } from './tree-record.ts';

/** What an upper is mounted over. */
export interface LayersBelow {
  /** Bottom first. */
  readonly layers: readonly Pick<BuiltLayer, 'tree'>[];
  readonly ids: Ids;
}

/**
 * Lets an upper that is empty show the root of its layers as it is: overlayfs shows the owner, mode and attributes of the
 * topmost directory. On the disk when it resolves.
 *
 * @param upper owned by id 0, with mode 0755
 * @throws KarapaceError `STORE_CORRUPT` where the topmost layer's tree is damaged
 */
export async function dressUpper(core: StoreCore, upper: string, { layers, ids }: LayersBelow): Promise<void> {
  const top = layers.at(-1);
  if (top === undefined || isPlain(rootOfUpper(core.layout, top.tree))) return;
  const trees = await core.trees(ids);
  await trees.ask('dress', { tree: top.tree, directory: upper });
}

/** @param top the tree of the topmost layer */
export function rootOfUpper(layout: StoreLayout, top: TreeDigest): DirectoryEntry {
  // The mark would hide all layers.
  return { ...readTreeRoot(layout, top), opaque: false };
}

/** What every directory of a store is, so that no tree process has to be asked. */
function isPlain({ mode, uid, gid, attributes }: DirectoryEntry): boolean {
  return mode === 0o755 && uid === 0 && gid === 0 && attributes.length === 0;
}
