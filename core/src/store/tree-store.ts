import fs from 'node:fs';

import type { TreeStore } from '../contracts/tree-store.ts';
import { compareTrees } from './compare-trees.ts';
import type { StoreCore } from './store-core.ts';
import { inStore } from './system-error.ts';
import { byteString } from './system-path.ts';
import { isWhiteout } from './tree-entry.ts';
import { readTree } from './tree-record.ts';

/** Loads streams and zlib, which most starts of the program have no use for. */
const archiveStreams = () => import('./tar/archive-streams.ts');

export function treeStore(core: StoreCore): TreeStore {
  const { layout } = core;
  const guarded = <T>(action: () => Promise<T>): Promise<T> => inStore({ root: layout.root }, action);

  return {
    place: (placement) =>
      guarded(async () => {
        const { makeFilesLayer } = await import('./files/files-layer.ts');
        return makeFilesLayer(core, placement);
      }),
    consume: (directory, ids) => guarded(async () => (await core.trees(ids)).ask('consume', { directory })),
    ingest: (directory, ids) => guarded(async () => (await core.trees(ids)).ask('ingest', { directory })),
    materialize: (tree, { directory, ids }) =>
      guarded(async () => void (await (await core.trees(ids)).ask('materialize', { tree, directory }))),
    changes: (lower, { directory, ids }) =>
      guarded(async () => (await core.trees(ids)).ask('changes', { lower, directory })),
    exportTar: (tree, ids) => guarded(async () => (await archiveStreams()).exportTar(core, tree, ids)),
    importTar: (archive, options) => guarded(async () => (await archiveStreams()).importTar(core, archive, options)),
    unpack: (archives, target) => guarded(async () => (await archiveStreams()).unpackArchives(core, archives, target)),
    digest: (directory, ids) => guarded(async () => (await core.trees(ids)).ask('digest', { directory })),
    checkout: (tree, ids) =>
      guarded(async () => {
        const checkout = layout.checkout(tree);
        // It got its name by a rename once it was whole.
        if (!fs.existsSync(checkout)) await (await core.trees(ids)).ask('checkout', { tree });
        return checkout;
      }),
    names: (tree) =>
      guarded(async () => {
        const entries = readTree(layout, tree).filter((entry) => !isWhiteout(entry));
        const paths = new Set(entries.map((entry) => `/${entry.path}`));
        return { has: (path) => paths.has(byteString(path)) };
      }),
    compare: (left, right, limit) =>
      guarded(async () => compareTrees(readTree(layout, left), readTree(layout, right), limit)),
  };
}
