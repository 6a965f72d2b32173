import path from 'node:path';

import type { OpenStoreOptions, Store } from '../contracts/store.ts';
import { archiveStore } from './archive-store.ts';
import { environmentStore } from './environment-store.ts';
import { lockFile, withPassingLock } from './exclusive.ts';
import { layerStore } from './layer-store.ts';
import { logStore } from './log-store.ts';
import { memoStore } from './memo-store.ts';
import { openScratch } from './scratch.ts';
import { openStoreCore } from './store-core.ts';
import { inStore } from './system-error.ts';
import { treeStore } from './tree-store.ts';
import { makeDirectory } from './make-directory.ts';

/**
 * Opens the store in a directory. Nothing is made there before the first write, which makes the store too.
 *
 * @param root absolute path
 * @throws KarapaceError `STORE_FOREIGN`, `STORE_VERSION`, `STORE_CORRUPT`, `STORE_UNREADABLE`, `STORE_UNWRITABLE`
 */
export async function openStore(root: string, options: OpenStoreOptions): Promise<Store> {
  if (!path.isAbsolute(root)) throw new TypeError(`\`${root}\` is not an absolute path`);
  const place = path.resolve(root);
  const failure = { root: place };
  const core = await inStore(failure, async () => openStoreCore(place, options));
  const { layout } = core;
  const trees = treeStore(core);

  return {
    root: place,
    get id() {
      return core.id();
    },
    archives: archiveStore(core),
    trees,
    layers: layerStore(core),
    environments: environmentStore(core, trees),
    memos: memoStore(core),
    logs: logStore(core),
    scratch: (ids) => inStore(failure, () => openScratch(core, ids)),
    async cache(name) {
      return inStore(failure, async () => {
        await core.prepare();
        const directory = path.join(layout.directory('cache'), encodeURIComponent(name));
        makeDirectory(directory);
        return directory;
      });
    },
    async exclusive(name, action, exclusion) {
      return inStore(failure, async () => {
        await core.prepare();
        return withPassingLock(lockFile(layout.directory('locks'), name), action, exclusion);
      });
    },
    gc: (gc) =>
      inStore(failure, async () => {
        const { collectGarbage } = await import('./gc/collect-garbage.ts');
        return collectGarbage(core, gc, options.onWait);
      }),
    leased: (action) => inStore(failure, () => core.leased(action)),
    close: () => inStore(failure, () => core.close()),
  };
}
