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
  close(): Promise<void>;
}

export interface TreeClientsOptions {
  readonly root: string;
  readonly idSpace: (ids: Ids) => Promise<IdSpace>;
  readonly staging: () => Staging;
}

export function treeClients({ root, idSpace, staging }: TreeClientsOptions): TreeClients {
  const clients = new Map<Ids, Promise<TreeClient>>();

  async function start(ids: Ids): Promise<TreeClient> {
    const { directory, lock } = staging();
    const own = fs.mkdtempSync(path.join(directory, `trees-${ids}-`));
    const space = await idSpace(ids);
    const { startTreeProcess } = await import('./tree-client.ts');
    const client = startTreeProcess({ idSpace: space, root, ids, staging: own, lockDescriptor: lock.descriptor });
    // Whoever asks next gets a new one.
    void client.ended.then(() => clients.delete(ids));
    return client;
  }

  return {
    has: (ids) => clients.has(ids),
    get(ids) {
      const client = clients.get(ids) ?? start(ids);
      clients.set(ids, client);
      return client;
    },
    async close() {
      const started = await Promise.allSettled(clients.values());
      const living = started.flatMap((client) => (client.status === 'fulfilled' ? [client.value] : []));
      await Promise.all(living.map((client) => client.close()));
      clients.clear();
    },
  };
}
