import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import PQueue from 'p-queue';
import { expect, test } from 'vitest';

import { createArchiveFetcher } from '../../src/build/archive-fetcher.ts';
import type { ArchivePin } from '../../src/contracts/lock.ts';
import type { Store } from '../../src/contracts/store.ts';
import { createHooks } from '../../src/plugin/hooks.ts';
import { makeTestStore } from '../store/test-store.ts';

const BODY = Buffer.from('the archive\n'.repeat(100));

/** Sends bytes as they are, whatever is asked for. */
async function serve(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    socket.once('data', () => answer(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.deb`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function pinOf(url: string): ArchivePin {
  const sha256 = createHash('sha256').update(BODY).digest('hex');
  return { name: 'a', version: '1', arch: 'all', url, size: BODY.length, sha256 };
}

async function fetchInto(store: Store, pin: ArchivePin): Promise<void> {
  const hooks = createHooks();
  const { signal } = new AbortController();
  await using fetcher = createArchiveFetcher({ network: new PQueue(), hooks, offline: false });
  await fetcher.fetch([pin], { archives: store.archives, hooks, signal, directory: '/' });
}

/** What a store keeps, and what is left of work in it. */
function contentOf(root: string): readonly string[] {
  return fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted();
}

const answer =
  (head: string, body: Buffer | string = BODY) =>
  (socket: Socket): void =>
    void socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${head}\r\n\r\n`), Buffer.from(body)]));

test.for([
  { title: 'says a length that is too small', answer: answer('200 OK\r\ncontent-length: 5'), code: 'DOWNLOAD_CORRUPT' },
  {
    title: 'says a length that is too large',
    answer: answer(`200 OK\r\ncontent-length: ${BODY.length + 1}`),
    code: 'DOWNLOAD_FAILED',
  },
  {
    title: 'says two lengths',
    answer: answer(`200 OK\r\ncontent-length: ${BODY.length}\r\ncontent-length: 5`),
    code: 'DOWNLOAD_FAILED',
  },
  {
    title: 'says a length, and sends chunks',
    answer: answer(`200 OK\r\ncontent-length: ${BODY.length}\r\ntransfer-encoding: chunked`),
    code: 'DOWNLOAD_FAILED',
  },
  {
    title: 'sends garbage in the place of a chunk',
    answer: answer('200 OK\r\ntransfer-encoding: chunked', 'zz\r\nthe archive\r\n'),
    code: 'DOWNLOAD_FAILED',
  },
  {
    title: 'ends before the last chunk',
    answer: answer('200 OK\r\ntransfer-encoding: chunked', `${BODY.length.toString(16)}\r\n${BODY.toString()}\r\n`),
    code: 'DOWNLOAD_FAILED',
  },
  {
    title: 'sends a part that nobody asked for',
    answer: answer(`206 Partial Content\r\ncontent-range: bytes 0-4/${BODY.length}\r\ncontent-length: 5`, 'the a'),
    code: 'DOWNLOAD_FAILED',
  },
  {
    title: 'says that nothing has changed',
    answer: answer('304 Not Modified\r\ncontent-length: 0', ''),
    code: 'DOWNLOAD_FAILED',
  },
  {
    title: 'sends a page of an error as if it were the archive',
    answer: answer('200 OK\r\ncontent-type: text/html', '<html>'),
    code: 'DOWNLOAD_CORRUPT',
  },
  {
    title: 'compresses what was not to be compressed',
    answer: answer('200 OK\r\ncontent-encoding: gzip', gzipSync(BODY)),
    code: 'DOWNLOAD_CORRUPT',
  },
  {
    title: 'sends headers without end',
    answer: (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(100_000)}\r\n`),
    code: 'DOWNLOAD_FAILED',
  },
  {
    title: 'sends a body without end',
    answer(socket: Socket) {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const send = (): boolean => !socket.destroyed && socket.write(Buffer.alloc(65_536), () => setImmediate(send));
      send();
    },
    code: 'DOWNLOAD_CORRUPT',
  },
])('a server that $title is one error, and the store is as it was', async ({ answer: lie, code }) => {
  await using fixture = await makeTestStore();
  const { store, root } = fixture;
  await using server = await serve(lie);
  const pin = pinOf(server.url);
  await using scratch = await store.scratch('single');
  const before = contentOf(root);

  await expect(fetchInto(store, pin)).rejects.toMatchObject({ code, hint: expect.any(String) as string });

  expect(contentOf(root)).toEqual(before);
  expect(await store.archives.has(pin)).toBe(false);
  expect(scratch.directory).toContain(root);
});

test('a server that says no length is believed where the bytes are right', async () => {
  await using fixture = await makeTestStore();
  await using server = await serve(answer('200 OK'));
  const pin = pinOf(server.url);

  await fetchInto(fixture.store, pin);

  expect(await fixture.store.archives.has(pin)).toBe(true);
});
