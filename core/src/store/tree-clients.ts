import fs from 'node:fs';
import path from 'node:path';

import type { IdSpace } from '../contracts/backend.ts';
import type { Ids } from '../contracts/ids.ts';
import type { Staging } from './staging.ts';
import type { TreeClient } from './tree-client.ts';

/** One tree process per id space, started when it is first needed. */
export interface TreeClients {
  /** Whether one was asked for before and lives. */
  has(ids: Ids): boolean;
  get(ids: Ids): Promise<TreeClient>;
  /** Starts one with a channel, which does nothing else; whoever asks ends it with `close`. */
  open(ids: Ids): Promise<TreeClient>;
  close(): Promise<void>;
}

export interface TreeClientsOptions {
  readonly root: string;
  readonly idSpace: (ids: Ids) => Promise<IdSpace>;
  readonly staging: () => Staging;
}

export function treeClients({ root, idSpace, staging }: TreeClientsOptions): TreeClients {
  const clients = new Map<Ids, Promise<TreeClient>>();
  const opened = new Set<Promise<TreeClient>>();
  let isClosed = false;

  async function start(ids: Ids, channel: boolean): Promise<TreeClient> {
    // Work that was cancelled may still come here; nobody would end what it starts.
    if (isClosed) throw new Error('The store is closed');
    const { directory, lock } = staging();
    const own = fs.mkdtempSync(path.join(directory, `trees-${ids}-`));
    const space = await idSpace(ids);
    const { startTreeProcess } = await import('./tree-client.ts');
    const lockDescriptor = lock.descriptor;
    return startTreeProcess({ idSpace: space, root, ids, staging: own, lockDescriptor, channel });
  }

  async function startShared(ids: Ids): Promise<TreeClient> {
    // Whoever asks next gets a new one.
    const forget = (): boolean => clients.delete(ids);
    const client = await start(ids, false).catch((error: unknown) => {
      forget();
      throw error;
    });
    void client.ended.then(forget);
    return client;
  }

  return {
    has: (ids) => clients.has(ids),
    get(ids) {
      const client = clients.get(ids) ?? startShared(ids);
      clients.set(ids, client);
      return client;
    },
    async open(ids) {
      const starting = start(ids, true);
      opened.add(starting);
      const client = await starting;
      void client.ended.then(() => opened.delete(starting));
      return client;
    },
    async close() {
      isClosed = true;
      const started = await Promise.allSettled([...clients.values(), ...opened]);
      const living = started.flatMap((client) => (client.status === 'fulfilled' ? [client.value] : []));
      await Promise.all(living.map((client) => client.close()));
      clients.clear();
      opened.clear();
    },
  };
}
