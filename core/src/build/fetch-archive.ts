import type { Readable } from 'node:stream';

import type { Dispatcher } from 'undici';

import type { ArchivePin } from '../contracts/lock.ts';
import type { ArchiveStore } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';

/** Tries per archive; a mirror that closes idle connections costs one. */
const ATTEMPTS = 3;
const MAX_REDIRECTS = 5;

export interface FetchContext {
  readonly archives: ArchiveStore;
  /** Asked first: bytes that need no network. */
  readonly openArchive: (archive: ArchivePin) => Promise<Readable | undefined>;
  readonly offline: boolean;
  readonly dispatcher: Dispatcher;
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
  for (let attempt = 1; ; attempt += 1) {
    context.signal.throwIfAborted();
    let received = 0;
    const onBytes = (count: number): void => {
      received += count;
      context.onBytes(count);
    };
    try {
      const content = (await context.openArchive(archive)) ?? (await download(archive, context));
      await context.archives.add(archive, content, onBytes);
      return;
    } catch (error) {
      context.onBytes(-received);
      context.signal.throwIfAborted();
      const failure = describe(archive, error);
      if (attempt === ATTEMPTS || !isWorthAnotherTry(failure)) throw failure;
    }
  }
}

async function download(archive: ArchivePin, context: FetchContext): Promise<Readable> {
  if (context.offline) throw offlineError(archive);
  const { request } = await import('undici');
  let url = new URL(archive.url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: context.dispatcher,
      signal: context.signal,
      // A package is compressed already, and an encoded body would not have the pinned bytes.
      headers: { 'accept-encoding': 'identity', 'user-agent': 'karapace' },
    });
    if (statusCode === 200) return body;
    await body.dump();
    if (statusCode < 300 || statusCode > 399) throw new StatusError(statusCode);
    url = redirectTarget(url, headers['location']);
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`);
}

function redirectTarget(from: URL, location: string | string[] | undefined): URL {
  if (typeof location !== 'string') throw new Error('a redirect without a target');
  const target = new URL(location, from);
  const isDowngrade = from.protocol === 'https:' && target.protocol === 'http:';
  if (isDowngrade || !['http:', 'https:'].includes(target.protocol)) {
    throw new Error(`a redirect to \`${target.protocol}\` is refused`);
  }
  return target;
}

class StatusError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`the server answered ${status}`);
    this.status = status;
  }
}

function describe(archive: ArchivePin, error: unknown): KarapaceError {
  if (error instanceof KarapaceError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  return new KarapaceError(
    'DOWNLOAD_FAILED',
    `Could not download \`${printableUrl(archive.url)}\`: ${causeOf(cause)}`,
    {
      hint:
        error instanceof StatusError && [404, 410].includes(error.status)
          ? 'The mirror no longer has this version: run `karapace build` with the old `karapace.lock` moved away to take the current ones.'
          : 'Check the network and the mirror, then run the same command again: what has arrived is kept.',
      cause,
    },
  );
}

function causeOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}

function isWorthAnotherTry(failure: KarapaceError): boolean {
  if (failure.code === 'DOWNLOAD_CORRUPT') return true;
  return failure.code === 'DOWNLOAD_FAILED' && !(failure.cause instanceof StatusError && failure.cause.status < 500);
}

function offlineError(archive: ArchivePin): KarapaceError {
  const url = printableUrl(archive.url);
  return new KarapaceError('OFFLINE', `The store does not have \`${url}\`, and \`--offline\` forbids to fetch it`, {
    hint: 'Run the same command once without `--offline`.',
  });
}

/** A URL as people may see it: without user and password. */
function printableUrl(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}
