import path from 'node:path';

import type { Ids } from '../contracts/ids.ts';
import type { OpenStoreOptions } from '../contracts/store.ts';
import { withFileLock } from './exclusive.ts';
import { listJournal, recoverJournal, type JournalPlace } from './journal/journal.ts';
import { checkRoot } from './prepare-root.ts';
import { removeTree } from './remove-tree.ts';
import { shareRuns } from './share-runs.ts';
import { closeStaging, openStaging, sweepStaging, type Staging } from './staging.ts';
import { initStore, readStoreId } from './store-format.ts';
import { storeLayout, type StoreLayout } from './store-layout.ts';
import { syncFileSystem } from './sync-disk.ts';
import { hasCode } from './system-error.ts';
import { byteString } from './system-path.ts';
import type { TreeClient } from './tree-client.ts';
import { treeClients } from './tree-clients.ts';
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
  /**
   * Runs the action as the one writer of environments and names, once every change that others decided is finished.
   * Short actions only.
   */
  alone<T>(action: (place: JournalPlace) => Promise<T> | T): Promise<T>;
  /** Finishes what a dead writer decided; waits for a living one. Changes nothing where there is nothing to finish. */
  settle(): Promise<void>;
  /** Removes a directory of any owners. */
  remove(directory: string, ids: Ids): Promise<void>;
  /** Everything written so far is on the disk when it resolves; calls at the same time share the work. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** @throws KarapaceError `STORE_FOREIGN`, `STORE_VERSION` and others where the directory is no store of ours */
export function openStoreCore(root: string, options: OpenStoreOptions): StoreCore {
  const layout = storeLayout(root);
  let id = checkRoot(root) ? readStoreId(layout) : undefined;
  let candidate: string | undefined;
  let prepared: Promise<void> | undefined;
  let staging: Staging | undefined;

  async function prepareOnce(): Promise<void> {
    id ??= initStore(layout, currentId());
    await settle();
    await sweepStaging(layout, { recover: settle, remove: removeLeft });
  }

  const currentId = (): string => id ?? (candidate ??= uniqueName());
  const ownStaging = (): Staging => (staging ??= openStaging(layout));
  const clients = treeClients({ root, idSpace: options.idSpace, staging: ownStaging });

  const prepare = (): Promise<void> => (prepared ??= prepareOnce());

  /** Whose ids a dead process's directory holds is not known: the wider space can remove what the narrower one can. */
  async function removeLeft(directory: string): Promise<void> {
    if (tryRemove(directory)) return;
    await (await clients.get('full')).ask('remove', { directory });
  }

  const writerLock = path.join(layout.directory('locks'), '.environments');

  async function asWriter<T>(action: (place: JournalPlace) => Promise<T> | T): Promise<T> {
    const { done, discarded } = await withFileLock(
      writerLock,
      async () => {
        const place = { layout, storeId: currentId(), staging: () => ownStaging().directory };
        const recovered = recoverJournal(place);
        return { done: await action(place), discarded: recovered };
      },
      { onWait: options.onWait },
    );
    for (const directory of discarded) await removeLeft(directory);
    return done;
  }

  async function settle(): Promise<void> {
    if (listJournal(layout).length > 0) await asWriter(() => undefined);
  }

  return {
    layout,
    id: currentId,
    prepare,
    settle,
    async alone(action) {
      await prepare();
      return asWriter(action);
    },
    async staging() {
      await prepare();
      return ownStaging().directory;
    },
    async trees(ids) {
      await prepare();
      return clients.get(ids);
    },
    sync: shareRuns(() => syncFileSystem(root)),
    async remove(directory, ids) {
      if (!clients.has(ids) && tryRemove(directory)) return;
      try {
        await (await clients.get(ids)).ask('remove', { directory });
      } catch (error) {
        // What cannot work has made nothing that would need it.
        if (!tryRemove(directory)) throw error;
      }
    },
    async close() {
      await clients.close();
      if (staging === undefined) return;
      tryRemove(staging.directory);
      closeStaging(staging);
      staging = undefined;
    },
  };
}

/** Gives whether it could: others' files need the id space that they are from. */
function tryRemove(directory: string): boolean {
  try {
    removeTree(byteString(directory));
    return true;
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM')) return false;
    throw error;
  }
}
