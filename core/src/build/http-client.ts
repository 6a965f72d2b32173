import { Readable } from 'node:stream';

import type { HttpClient, HttpDocument, HttpGetOptions, HttpOptions, HttpStream } from '../contracts/http.ts';
import { KarapaceError } from '../errors.ts';
import { attempts } from './attempts.ts';
import { IDLE_TIMEOUT, openConnections, type Connections } from './connections.ts';
import { downloadError, FinalError, printableUrl, StatusError } from './download-error.ts';
import { requestUrl } from './http-request.ts';
import { pacedBody } from './paced-body.ts';

/** A small document takes no longer than this altogether, in milliseconds. */
const DOCUMENT_TIMEOUT = 120_000;

export interface HttpClientOptions {
  readonly offline: boolean;
  readonly signal: AbortSignal;
  /**
   * A body or its headers may pause this long, in milliseconds, and in twice this time a body must come at 1000 bytes a second; the size
   * sets no limit. Default 30,000.
   */
  readonly idleTimeout?: number | undefined;
  /** Shared with other clients, and closed by whoever opened them; default are the client's own. */
  readonly connections?: Connections | undefined;
}

/** Disposal closes connections of its own. */
export function openHttpClient(options: HttpClientOptions): HttpClient & AsyncDisposable {
  const { offline, signal, idleTimeout = IDLE_TIMEOUT } = options;
  const own = openConnections(idleTimeout);
  const connections = options.connections ?? own;

  async function ask(url: string, { headers = {}, ledFrom }: HttpOptions, until: AbortSignal) {
    if (offline) throw offlineError(url);
    try {
      return await requestUrl(url, { headers, connections, ledFrom, signal: until });
    } catch (error) {
      signal.throwIfAborted();
      throw downloadError(url, error);
    }
  }

  async function getOnce(url: string, options: HttpGetOptions): Promise<HttpDocument> {
    const { body, ...answer } = await ask(
      url,
      options,
      AbortSignal.any([signal, AbortSignal.timeout(DOCUMENT_TIMEOUT)]),
    );
    return { ...answer, body: await readAll(body, url, options.maxBytes) };
  }

  return {
    get: (url, options) =>
      attempts(async (isLast) => {
        const document = await getOnce(url, options);
        if (document.status >= 500 && !isLast) throw downloadError(url, new StatusError(document.status));
        return document;
      }, signal),
    async open(url, options = {}): Promise<HttpStream> {
      const { body, ...answer } = await ask(url, options, signal);
      return { ...answer, body: streamOf(body, named(pacedBody(body, 2 * idleTimeout), url)) };
    },
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  };
}

async function readAll(body: Readable, url: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of named(body, url)) {
    size += chunk.length;
    if (size > maxBytes) throw downloadError(url, new FinalError(`it has more than ${maxBytes} bytes`));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A connection whose answer nobody takes is taken for ever, and nothing of a generator is run that nobody began to read. */
function streamOf(body: Readable, content: AsyncIterable<Buffer>): Readable {
  body.on('error', () => undefined);
  return Readable.from(content, { objectMode: false }).once('close', () => body.destroy());
}

/** A failure on the way says of what. */
async function* named(body: AsyncIterable<Buffer>, url: string): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw downloadError(url, error);
  }
}

function offlineError(url: string): KarapaceError {
  return new KarapaceError('OFFLINE', `\`${printableUrl(url)}\` is needed, and \`--offline\` forbids to ask for it`, {
    hint: 'Run the same command once without `--offline`.',
  });
}
