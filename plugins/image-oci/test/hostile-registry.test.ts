import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import { describe, expect } from 'vitest';

import type { Descriptor } from '../src/descriptor.ts';
import type { FakeRegistry } from './support/fake-registry.ts';
import { put, putIndex, TYPES } from './support/memory-origin.ts';
import { architecture, failure, NOBODY, putImage, resolve, test } from './support/resolve-from.ts';

test('a good registry’s image is pinned', async ({ registry }) => {
  const image = putImage(registry);

  const pin = await resolve(registry);

  expect(pin.parameters).toEqual({ digest: image.digest, platform: `linux/${architecture}` });
  expect(pin.archives).toEqual([
    {
      ...{ name: 'layer', version: '001', arch: architecture, size: 10, sha256: '1a'.repeat(32) },
      url: `http://${registry.host}/v2/x/blobs/sha256:${'1a'.repeat(32)}`,
    },
  ]);
});

describe('documents that are not what they are said to be', () => {
  test('a manifest of other bytes than its digest says is refused', async ({ registry }) => {
    const { digest } = putImage(registry);
    registry.content.set(digest, Buffer.from(`${registry.content.get(digest)?.toString()} `));

    expect(await failure(registry, NOBODY, `@${digest}`)).toMatchObject({ code: 'DOWNLOAD_CORRUPT' });
  });

  test('a manifest that the registry itself gives another digest is refused', async ({ registry }) => {
    const { digest } = putImage(registry);
    registry.misbehave((_, response) => {
      response.setHeader('docker-content-digest', `sha256:${'0'.repeat(64)}`);
      return false;
    });

    expect(await failure(registry)).toMatchObject({
      code: 'DOWNLOAD_CORRUPT',
      message: expect.stringContaining(digest),
    });
  });

  test.for([
    ['more bytes', 1, 'DOWNLOAD_CORRUPT'],
    ['fewer bytes', -1, 'DOWNLOAD_FAILED'],
  ] as const)('a manifest of which the index says %s is refused', async ([, more, code], { registry }) => {
    const image = putImage(registry);
    tagged(registry, putIndex(registry.content, [{ ...image, size: image.size + more }]));

    expect(await failure(registry)).toMatchObject({ code });
  });

  test('two images that change places are refused', async ({ registry }) => {
    const [first, second] = [putImage(registry), putImage(registry, { environment: ['A=b'] })];
    const bytes = registry.content.get(second.digest);
    registry.content.set(first.digest, bytes ?? Buffer.alloc(0));
    tagged(registry, putIndex(registry.content, [first]));

    expect(await failure(registry)).toMatchObject({ code: 'DOWNLOAD_CORRUPT' });
  });

  test('a configuration of other bytes is refused', async ({ registry }) => {
    const image = putImage(registry);
    registry.misbehave(({ url = '' }, response) => url.includes('/blobs/') && Boolean(response.end('{}')));

    expect(image.size).toBeGreaterThan(0);
    expect(await failure(registry)).toMatchObject({ code: 'DOWNLOAD_CORRUPT' });
  });

  test('a manifest that is of another type when it is asked for is refused', async ({ registry }) => {
    const image = putImage(registry);
    registry.content.set('again', registry.content.get(image.digest) ?? Buffer.alloc(0));
    registry.tags.set(image.digest, { ...image, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' });
    tagged(registry, putIndex(registry.content, [image]));

    expect(await failure(registry)).toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(/when it is asked for/u),
    });
  });

  test('a digest by another algorithm is refused before it is asked for', async ({ registry }) => {
    const image = putImage(registry);
    tagged(registry, putIndex(registry.content, [{ ...image, digest: `sha512:${'ab'.repeat(64)}` }]));

    expect(await failure(registry)).toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(/only `sha256`/u),
    });
    expect(registry.requests).toHaveLength(1);
  });

  test('a page with status 200 is no image', async ({ registry }) => {
    registry.misbehave((_, response) =>
      Boolean(response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')),
    );

    expect(await failure(registry)).toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(/`text\/html`, and no image/u),
    });
  });

  test('an answer that does not say what it is, is no image', async ({ registry }) => {
    registry.misbehave((_, response) => Boolean(response.end('{}')));

    expect(await failure(registry)).toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(/does not say of which type/u),
    });
  });

  test('an index within the limits that holds noise is one error', async ({ registry }) => {
    tagged(registry, put(registry.content, TYPES.index, randomBytes(2 ** 20)));

    expect(await failure(registry)).toMatchObject({ code: 'IMAGE_INVALID' });
  });
});

describe('answers that do not end well', () => {
  test('an endless manifest ends at 4 MiB', async ({ registry }) => {
    let sent = 0;
    registry.misbehave((_, response) => {
      response.writeHead(200, { 'content-type': TYPES.manifest });
      pour(response, (count) => void (sent += count));
      return true;
    });

    expect(await failure(registry)).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/more than 4194304 bytes/u),
    });
    // Three tries, and what was under way in buffers.
    expect(sent).toBeLessThan(3 * 16 * 2 ** 20);
  });

  test('a document of an index is not read beyond the size that the index says', async ({ registry }) => {
    const image = putImage(registry);
    tagged(registry, putIndex(registry.content, [image]));
    registry.misbehave(({ url = '' }, response) => {
      if (!url.endsWith(image.digest)) return false;
      response.writeHead(200, { 'content-type': TYPES.manifest });
      pour(response, () => undefined);
      return true;
    });

    expect(await failure(registry)).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining(`more than ${image.size} bytes`),
    });
  });

  test('a compressed answer is not unpacked', async ({ registry }) => {
    const { digest } = putImage(registry);
    const bomb = gzipSync(Buffer.alloc(50 * 2 ** 20));
    registry.misbehave((_, response) => {
      response.writeHead(200, { 'content-type': TYPES.manifest, 'content-encoding': 'gzip' }).end(bomb);
      return true;
    });

    expect(await failure(registry, NOBODY, `@${digest}`)).toMatchObject({ code: 'DOWNLOAD_CORRUPT' });
  });

  test.for([
    [
      'cut off',
      (response: ServerResponse) =>
        response.writeHead(200, { 'content-length': 1000 }).write('{', () => response.destroy()),
    ],
    ['reset before its headers', (response: ServerResponse) => response.destroy()],
    ['no HTTP', (response: ServerResponse) => response.socket?.end('hello\n\n')],
    [
      'garbage in chunks',
      (response: ServerResponse) => response.socket?.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
    ],
  ] as const)('an answer that is %s is a failed download', async ([, mischief], { registry }) => {
    registry.misbehave((_, response) => {
      mischief(response);
      return true;
    });

    expect(await failure(registry)).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining(registry.host),
    });
  });

  test('nobody who listens is a failed download', async ({ registry }) => {
    await registry[Symbol.asyncDispose]();

    expect(await failure(registry)).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/ECONNREFUSED/u),
    });
  });
});

function tagged(registry: FakeRegistry, descriptor: Descriptor): void {
  registry.tags.set('1', descriptor);
}

function pour(response: ServerResponse, onSent: (count: number) => void): void {
  const chunk = Buffer.alloc(2 ** 16, ' ');
  const next = (): void => {
    if (response.destroyed) return;
    onSent(chunk.length);
    response.write(chunk, (error) => (error === null || error === undefined) && setImmediate(next));
  };
  next();
}
