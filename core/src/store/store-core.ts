import type { Ids } from '../contracts/ids.ts';
import type { OpenStoreOptions } from '../contracts/store.ts';
import { leaseHolder } from './lease.ts';
import type { JournalPlace } from './journal/journal.ts';
import { checkRoot } from './prepare-root.ts';
import { shareRuns } from './share-runs.ts';
import { lazyStaging, sweepStaging } from './staging.ts';
import { initStore, readStoreId } from './store-format.ts';
import { storeLayout, type StoreLayout } from './store-layout.ts';
import { syncFileSystem } from './sync-disk.ts';
import type { TreeClient } from './tree-client.ts';
import { treeClients } from './tree-clients.ts';
import { treeRemover, tryRemove } from './tree-remover.ts';
import { storeWriter } from './store-writer.ts';
import { uniqueName } from './unique-name.ts';

/** What the parts of a store share: where it is, what this process has in it, and its helpers. */
export interface StoreCore {
  readonly layout: StoreLayout;
  id(): string;
  /** Makes the store if there is none, and clears up after the dead, once. To be called before any write. */
  prepare(): Promise<void>;
  /** This process's directory below `tmp/`, made at first use. */
  staging(): Promise<string>;
  trees(ids: Ids): Promise<TreeClient>;
  /** One that works on one archive. */
  openTrees(ids: Ids): Promise<TreeClient>;
  /**
   * Runs the action as the one writer of environments and names, once every change that others decided is finished.
   * Short actions only.
   */
  alone<T>(action: (place: JournalPlace) => Promise<T> | T): Promise<T>;
  /** Finishes what a dead writer decided; waits for a living one. Changes nothing where there is nothing to finish. */
  settle(): Promise<void>;
  /** Runs an action, from now on keeping from gc whatever it makes or finds. */
  leased<T>(action: () => Promise<T>): Promise<T>;
  isLeased(): boolean;
  /** Removes a directory of any owners. */
  remove(directory: string, ids: Ids): Promise<void>;
  /** The same, where it is not known whose they are. */
  removeLeft(directory: string): Promise<void>;
  /** Everything written so far is on the disk when it resolves; calls at the same time share the work. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** @throws KarapaceError `STORE_FOREIGN`, `STORE_VERSION` and others where the directory is no store of ours */
export function openStoreCore(root: string, options: OpenStoreOptions): StoreCore {
  const layout = storeLayout(root);
  const readId = (): string | undefined => (checkRoot(root) ? readStoreId(layout) : undefined);
  let id = readId();
  let candidate: string | undefined;
  const leases = leaseHolder(layout);
  let prepared: Promise<void> | undefined;
  const staging = lazyStaging(layout);

  async function prepareOnce(): Promise<void> {
    // Somebody else may have made it meanwhile.
    id ??= readId() ?? initStore(layout, currentId());
    await writer.settle();
    await sweepStaging(layout, { recover: writer.settle, remove: removeLeft });
  }

  /** What failed may work the next time: once there is room, or a file may be opened. */
  function prepareAgain(error: unknown): never {
    prepared = undefined;
    throw error;
  }

  const currentId = (): string => id ?? (candidate ??= uniqueName());
  const clients = treeClients({ root, idSpace: options.idSpace, staging: () => staging.get() });

  const prepare = (): Promise<void> => (prepared ??= prepareOnce().catch(prepareAgain));
  const { remove, removeLeft } = treeRemover(clients);
  const writer = storeWriter({
    layout,
    id: currentId,
    staging: () => staging.get().directory,
    onWait: options.onWait,
    remove: removeLeft,
  });

  return {
    layout,
    id: currentId,
    prepare,
    settle: writer.settle,
    alone: (action) => prepare().then(() => writer.alone(action)),
    isLeased: leases.isHeld,
    leased: (action) => prepare().then(() => leases.holding(action)),
    staging: () => prepare().then(() => staging.get().directory),
    trees: (ids) => prepare().then(() => clients.get(ids)),
    openTrees: (ids) => prepare().then(() => clients.open(ids)),
    sync: shareRuns(() => syncFileSystem(root)),
    remove,
    removeLeft,
    async close() {
      await clients.close();
      staging.close(tryRemove);
    },
  };
}
