import type { Readable } from 'node:stream';

import type { HttpClient } from '../contracts/http.ts';
import type { ArchivePin } from '../contracts/lock.ts';
import type { ArchiveStore } from '../contracts/store.ts';
import type { UnpinnedArchive } from '../contracts/tool-context.ts';
import { KarapaceError } from '../errors.ts';
import { attempts } from './attempts.ts';
import { downloadError, printableUrl, StatusError } from './download-error.ts';

export interface FetchContext {
  readonly archives: ArchiveStore;
  /** Asked first: bytes that need no network, or another kind of request. */
  readonly openArchive: (archive: ArchivePin) => Promise<Readable | undefined>;
  readonly http: HttpClient;
  readonly offline: boolean;
  readonly signal: AbortSignal;
  /** Bytes that arrived; negative when an attempt is given up. */
  readonly onBytes: (count: number) => void;
}

/**
 * Downloads one archive into the store, verified.
 *
 * @throws KarapaceError `OFFLINE` when only the network has it and may not be used; `DOWNLOAD_FAILED` and
 * `DOWNLOAD_CORRUPT` naming the URL without credentials and the cause
 */
export async function fetchArchive(archive: ArchivePin, context: FetchContext): Promise<void> {
  const { archives, openArchive, http, offline, signal } = context;
  await attempts(async () => {
    let received = 0;
    const onBytes = (count: number): void => {
      received += count;
      context.onBytes(count);
    };
    try {
      const content = await openArchive(archive);
      if (content === undefined && offline) throw offlineError(archive);
      await archives.add(archive, content ?? (await download(archive, http)), onBytes);
    } catch (error) {
      context.onBytes(-received);
      signal.throwIfAborted();
      throw downloadError(archive.url, error);
    }
  }, signal);
}

export interface KeepContext {
  readonly archives: ArchiveStore;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
}

/**
 * Brings an archive into the store that nobody has pinned.
 *
 * @throws KarapaceError as `ResolveContext.keep`
 */
export function keepArchive(
  archive: UnpinnedArchive,
  content: Readable | undefined,
  { archives, http, signal }: KeepContext,
): Promise<ArchivePin> {
  if (content !== undefined) return archives.keep(archive, content);
  return attempts(async () => archives.keep(archive, await download(archive, http)), signal);
}

async function download({ url }: UnpinnedArchive, http: HttpClient): Promise<Readable> {
  const { status, body } = await http.open(url);
  if (status === 200) return body;
  body.destroy();
  throw downloadError(url, new StatusError(status));
}

function offlineError(archive: ArchivePin): KarapaceError {
  const url = printableUrl(archive.url);
  return new KarapaceError('OFFLINE', `The store does not have \`${url}\`, and \`--offline\` forbids to fetch it`, {
    hint: 'Run the same command once without `--offline`.',
  });
}
