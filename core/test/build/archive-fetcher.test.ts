import { createHash } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

import PQueue from 'p-queue';
import { expect, test } from 'vitest';

import { createArchiveFetcher, type FetchOrder } from '../../src/build/archive-fetcher.ts';
import type { ArchivePin } from '../../src/contracts/lock.ts';
import type { ArchiveStore } from '../../src/contracts/store.ts';
import { KarapaceError } from '../../src/errors.ts';
import { createHooks, type DownloadProgress } from '../../src/plugin/hooks.ts';

const BODY = Buffer.from('the archive');

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/a.deb`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pin(url: string, body = BODY): ArchivePin {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { name: 'a', version: '1', arch: 'all', url, size: body.length, sha256 };
}

/** Keeps archives in memory, and checks them as the real one does. */
function memoryArchives(): ArchiveStore & { readonly kept: Map<string, Buffer> } {
  const kept = new Map<string, Buffer>();
  return {
    kept,
    has: async ({ sha256 }) => kept.has(sha256),
    place: async () => undefined,
    keep: () => Promise.reject(new Error('not asked for')),
    async add({ sha256 }, content, onBytes) {
      const chunks: Buffer[] = [];
      for await (const chunk of content) {
        chunks.push(chunk as Buffer);
        onBytes?.((chunk as Buffer).length);
      }
      const bytes = Buffer.concat(chunks);
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
        throw new KarapaceError('DOWNLOAD_CORRUPT', 'other bytes');
      }
      kept.set(sha256, bytes);
    },
  };
}

function fetcher(archives: ArchiveStore, offline = false) {
  const hooks = createHooks();
  const seen: DownloadProgress[] = [];
  hooks.downloadProgressed.tap('test', (progress) => {
    seen.push(progress);
  });
  const { signal } = new AbortController();
  const downloads = createArchiveFetcher({ network: new PQueue({ concurrency: 8 }), hooks, offline });
  return {
    hooks,
    seen,
    downloads,
    fetch: (wanted: readonly ArchivePin[], more: Partial<FetchOrder> = {}) =>
      downloads.fetch(wanted, { archives, hooks, signal, directory: '/', ...more }),
    [Symbol.asyncDispose]: () => downloads[Symbol.asyncDispose](),
  };
}

test('an archive asked for twice is downloaded once, and progress ends at its size', async () => {
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    response.end(BODY);
  });
  const archives = memoryArchives();
  await using downloads = fetcher(archives);

  await Promise.all([downloads.fetch([pin(server.url)]), downloads.fetch([pin(server.url)])]);
  await downloads.fetch([pin(server.url)]);

  expect(requests).toBe(1);
  expect(downloads.seen.at(-1)).toEqual({
    ...{ files: 1, filesDone: 1, bytes: BODY.length, bytesDone: BODY.length },
    archive: { pin: expect.objectContaining({ size: BODY.length }), bytesDone: BODY.length, isDone: true },
  });
});

test('a connection that breaks is tried again', async () => {
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    if (requests > 1) return response.end(BODY);
    response.writeHead(200, { 'content-length': BODY.length });
    return response.write(BODY.subarray(0, 3), () => response.destroy());
  });
  const archives = memoryArchives();
  await using downloads = fetcher(archives);

  await downloads.fetch([pin(server.url)]);

  expect(requests).toBe(2);
  expect(downloads.seen.at(-1)?.bytesDone).toBe(BODY.length);
});

test('wrong bytes are refused and nothing is kept', async () => {
  await using server = await serve((_request, response) => response.end('something else'));
  const archives = memoryArchives();
  await using downloads = fetcher(archives);

  await expect(downloads.fetch([pin(server.url)])).rejects.toMatchObject({ code: 'DOWNLOAD_CORRUPT' });

  expect(archives.kept.size).toBe(0);
});

test('a version that the mirror no longer has is named at once, without user and password', async () => {
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    response.writeHead(404).end();
  });
  await using downloads = fetcher(memoryArchives());
  const secret = server.url.replace('http://', 'http://user:secret@');

  const failure = downloads.fetch([pin(secret)]);

  await expect(failure).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    hint: expect.stringContaining('no longer has'),
  });
  await expect(failure).rejects.toThrow('the server answered 404');
  await expect(failure).rejects.not.toThrow('secret');
  expect(requests).toBe(1);
});

test('a mirror that is down is one error with its cause', async () => {
  await using downloads = fetcher(memoryArchives());

  await expect(downloads.fetch([pin('http://127.0.0.1:1/a.deb')])).rejects.toThrow(/ECONNREFUSED/u);
});

test('a redirect away from http is refused', async () => {
  await using server = await serve((_request, response) =>
    response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  );
  await using downloads = fetcher(memoryArchives());

  await expect(downloads.fetch([pin(server.url)])).rejects.toThrow('a redirect to `file:` is refused');
});

test('offline, a missing archive is named and no socket is opened', async () => {
  let requests = 0;
  await using server = await serve((_request, response) => {
    requests += 1;
    response.end(BODY);
  });
  await using downloads = fetcher(memoryArchives(), true);

  await expect(downloads.fetch([pin(server.url)])).rejects.toMatchObject({ code: 'OFFLINE' });

  expect(requests).toBe(0);
});

test('a plugin may have the bytes, even offline', async () => {
  const archives = memoryArchives();
  await using downloads = fetcher(archives, true);
  downloads.hooks.openArchive.tap('test', () => Readable.from([BODY]));

  await downloads.fetch([pin('http://gone.example.invalid/a.deb')]);

  expect([...archives.kept.values()]).toEqual([BODY]);
});

test('what fails in one order does not stop another', async () => {
  const slow = Promise.withResolvers<void>();
  await using server = await serve((request, response) => {
    if (request.url !== '/a.deb') return response.writeHead(404).end();
    response.write(BODY.subarray(0, 3));
    void slow.promise.then(() => response.end(BODY.subarray(3)));
    return response;
  });
  const archives = memoryArchives();
  await using downloads = fetcher(archives);
  const gone = { ...pin(server.url.replace('a.deb', 'gone.deb')), sha256: 'ab'.repeat(32) };

  const failing = downloads.fetch([pin(server.url), gone]);
  const other = downloads.fetch([pin(server.url)]);

  await expect(failing).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  slow.resolve();
  await other;
  expect(archives.kept.size).toBe(1);
});

test('a download that nobody wants any more is given up, and can be wanted again', async () => {
  let requests = 0;
  const arrived = Promise.withResolvers<void>();
  await using server = await serve((_request, response) => {
    requests += 1;
    if (requests > 1) return response.end(BODY);
    arrived.resolve();
    return response.write(BODY.subarray(0, 3));
  });
  await using downloads = fetcher(memoryArchives());
  const order = new AbortController();
  const fetching = downloads.fetch([pin(server.url)], { signal: order.signal });
  await arrived.promise;
  order.abort(new Error('no more'));

  await expect(fetching).rejects.toThrow('no more');
  await downloads.fetch([pin(server.url)]);
  expect(requests).toBe(2);
});
