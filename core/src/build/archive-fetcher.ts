import type PQueue from 'p-queue';

import type { ArchivePin } from '../contracts/lock.ts';
import type { ArchiveStore } from '../contracts/store.ts';
import type { Hooks } from '../plugin/hooks.ts';
import { fetchArchive } from './fetch-archive.ts';
import { openHttpClient } from './http-client.ts';

/** Downloads that run at once. */
const WIDTH = 8;

export interface FetcherOptions {
  readonly archives: ArchiveStore;
  readonly offline: boolean;
  readonly signal: AbortSignal;
  /** The project's, where addresses of local files start. */
  readonly directory: string;
  readonly hooks: Pick<Hooks, 'openArchive' | 'downloadProgressed'>;
}

/** Brings archives into the store, several at once, each once however often it is asked for. */
export interface ArchiveFetcher extends AsyncDisposable {
  /**
   * Resolves when all of them are in the store; those that are there cost a look.
   *
   * @throws KarapaceError those of `fetchArchive`
   */
  fetch(wanted: readonly ArchivePin[]): Promise<void>;
}

export function createArchiveFetcher(options: FetcherOptions): ArchiveFetcher {
  const running = new Map<string, Promise<void>>();
  const closed = new AbortController();
  const signal = AbortSignal.any([options.signal, closed.signal]);
  const progress = createProgress(options.hooks);
  const http = openHttpClient({ offline: options.offline, signal });
  let line: Promise<PQueue> | undefined;

  async function download(archive: ArchivePin): Promise<void> {
    const queue = await (line ??= openLine());
    const { archives, offline, hooks, directory } = options;
    const openArchive = (wanted: ArchivePin) => hooks.openArchive.promise(wanted, { http, directory });
    const context = { archives, offline, openArchive, http, signal, onBytes: progress.onBytes };
    await queue.add(() => fetchArchive(archive, context));
    progress.onFile();
  }

  function start(archive: ArchivePin): Promise<void> {
    const known = running.get(archive.sha256);
    if (known !== undefined) return known;
    progress.onWanted(archive);
    const started = download(archive);
    running.set(archive.sha256, started);
    return started;
  }

  return {
    async fetch(wanted) {
      const missing = await findMissing(wanted, options.archives);
      const downloads = missing.map(start);
      try {
        await Promise.all(downloads);
      } catch (error) {
        closed.abort(error);
        await Promise.allSettled(downloads);
        throw options.signal.aborted ? options.signal.reason : error;
      }
    },
    async [Symbol.asyncDispose]() {
      closed.abort();
      await Promise.allSettled(running.values());
      await http[Symbol.asyncDispose]();
    },
  };
}

async function openLine(): Promise<PQueue> {
  const { default: Queue } = await import('p-queue');
  return new Queue({ concurrency: WIDTH });
}

async function findMissing(wanted: readonly ArchivePin[], archives: ArchiveStore): Promise<readonly ArchivePin[]> {
  const bySha256 = new Map(wanted.map((archive) => [archive.sha256, archive]));
  const looked = await Promise.all(
    [...bySha256.values()].map(async (archive) => ({ archive, isHere: await archives.has(archive) })),
  );
  return looked.filter(({ isHere }) => !isHere).map(({ archive }) => archive);
}

function createProgress({ downloadProgressed }: FetcherOptions['hooks']) {
  const sums = { files: 0, filesDone: 0, bytes: 0, bytesDone: 0 };
  return {
    onWanted: ({ size }: ArchivePin): void => {
      sums.files += 1;
      sums.bytes += size;
    },
    onBytes: (count: number): void => {
      sums.bytesDone += count;
      downloadProgressed.call({ ...sums });
    },
    onFile: (): void => {
      sums.filesDone += 1;
      downloadProgressed.call({ ...sums });
    },
  };
}
