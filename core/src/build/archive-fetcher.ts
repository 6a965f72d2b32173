import type PQueue from 'p-queue';

import type { ArchivePin } from '../contracts/lock.ts';
import type { ArchiveStore } from '../contracts/store.ts';
import type { Hooks } from '../plugin/hooks.ts';
import { allOrNone } from './all-or-none.ts';
import { fetchArchive } from './fetch-archive.ts';
import { openConnections } from './connections.ts';
import { openHttpClient } from './http-client.ts';
import { inSlot } from './in-slot.ts';
import { sharedWork } from './shared-work.ts';

export interface FetcherOptions {
  /** Takes a slot for each download. */
  readonly network: PQueue;
  readonly offline: boolean;
  readonly hooks: Pick<Hooks, 'downloadProgressed'>;
}

/** For whom archives are fetched. */
export interface FetchOrder {
  readonly archives: ArchiveStore;
  readonly hooks: Pick<Hooks, 'openArchive'>;
  readonly signal: AbortSignal;
  /** The project's, where addresses of local files start. */
  readonly directory: string;
}

/** Brings archives into the store, several at once, each once however often it is asked for. */
export interface ArchiveFetcher extends AsyncDisposable {
  /**
   * Resolves when all of them are in the store; those that are there cost a look. The first failure gives up the rest of
   * the order, but for what another order needs.
   *
   * @throws KarapaceError those of `fetchArchive`
   */
  fetch(wanted: readonly ArchivePin[], order: FetchOrder): Promise<void>;
}

export function createArchiveFetcher({ network, offline, hooks }: FetcherOptions): ArchiveFetcher {
  const downloads = sharedWork<void>();
  const closed = new AbortController();
  const progress = createProgress(hooks);
  const connections = openConnections();
  const running = new Set<Promise<unknown>>();

  async function download(archive: ArchivePin, order: FetchOrder): Promise<void> {
    const { archives, directory, signal } = order;
    const { onBytes, onDone } = progress.follow(archive);
    const http = openHttpClient({ offline, signal, connections });
    const openArchive = (wanted: ArchivePin) => order.hooks.openArchive.promise(wanted, { http, directory });
    const context = { archives, offline, openArchive, http, signal, onBytes };
    await inSlot(network, signal, () => fetchArchive(archive, context));
    onDone();
  }

  async function fetch(wanted: readonly ArchivePin[], order: FetchOrder): Promise<void> {
    const missing = await findMissing(wanted, order.archives);
    const outside = AbortSignal.any([order.signal, closed.signal]);
    await allOrNone(outside, (signal) =>
      missing.map((archive) =>
        downloads.get(archive.sha256, (shared) => download(archive, { ...order, signal: shared }), signal),
      ),
    );
  }

  return {
    async fetch(wanted, order) {
      const fetching = fetch(wanted, order);
      running.add(fetching);
      await fetching.finally(() => running.delete(fetching));
    },
    async [Symbol.asyncDispose]() {
      closed.abort();
      await Promise.allSettled(running);
      await connections[Symbol.asyncDispose]();
    },
  };
}

async function findMissing(wanted: readonly ArchivePin[], archives: ArchiveStore): Promise<readonly ArchivePin[]> {
  const bySha256 = new Map(wanted.map((archive) => [archive.sha256, archive]));
  const looked = await Promise.all(
    [...bySha256.values()].map(async (archive) => ({ archive, isHere: await archives.has(archive) })),
  );
  return looked.filter(({ isHere }) => !isHere).map(({ archive }) => archive);
}

function createProgress({ downloadProgressed }: FetcherOptions['hooks']) {
  let sums = noProgress();

  function follow(pin: ArchivePin) {
    // A batch is over when all of it is there: what is wanted later is another one.
    if (sums.filesDone === sums.files) sums = noProgress();
    sums.files += 1;
    sums.bytes += pin.size;
    let bytesDone = 0;
    const tell = (isDone: boolean): void => downloadProgressed.call({ ...sums, archive: { pin, bytesDone, isDone } });
    return {
      onBytes: (count: number): void => {
        sums.bytesDone += count;
        bytesDone += count;
        tell(false);
      },
      onDone: (): void => {
        sums.filesDone += 1;
        tell(true);
      },
    };
  }
  return { follow };
}

function noProgress() {
  return { files: 0, filesDone: 0, bytes: 0, bytesDone: 0 };
}
