import { describe, expect } from 'vitest';

import { openLayer } from '../src/open-layer.ts';
import { createRegistryAccess } from '../src/registry-access.ts';
import { serveFakeRegistry } from './support/fake-registry.ts';
import { failure, NOBODY, putImage, resolve, somebody, test, tools } from './support/resolve-from.ts';

test.for([
  [400, 'MIRROR_FAILED', /answered 400/u],
  [403, 'MIRROR_FAILED', /does not give .*\(403\)/u],
  [404, 'IMAGE_UNKNOWN', /has no image/u],
  [409, 'MIRROR_FAILED', /answered 409/u],
  [416, 'MIRROR_FAILED', /answered 416/u],
  [500, 'MIRROR_FAILED', /answered 500/u],
  [503, 'MIRROR_FAILED', /answered 503/u],
  [206, 'MIRROR_FAILED', /answered 206/u],
  [204, 'MIRROR_FAILED', /answered 204/u],
] as const)('%i is one clear error', async ([status, code, message], { registry }) => {
  registry.misbehave((_, response) => Boolean(response.writeHead(status).end()));

  expect(await failure(registry)).toMatchObject({
    code,
    message: expect.stringMatching(message),
    hint: expect.any(String),
  });
});

test('a registry that is busy is asked again as soon as it wants', async ({ registry }) => {
  putImage(registry);
  registry.misbehave(
    (_, response) => registry.requests.length === 1 && Boolean(response.writeHead(429, { 'retry-after': '0' }).end()),
  );

  expect((await resolve(registry)).archives).toHaveLength(1);
});

test.for([
  ['long', '3600', 1],
  ['at once, for ever', '0', 3],
  ['until a date', 'Wed, 25 Nov 2026 00:00:00 GMT', 1],
] as const)('a registry that is busy %s is left alone', async ([, pause, tries], { registry }) => {
  registry.misbehave((_, response) => Boolean(response.writeHead(429, { 'retry-after': pause }).end()));

  expect(await failure(registry)).toMatchObject({
    code: 'MIRROR_FAILED',
    message: expect.stringMatching(/\(429\)/u),
  });
  expect(registry.requests).toHaveLength(tries);
});

test.for([
  [404, 'IMAGE_UNKNOWN'],
  [403, 'MIRROR_FAILED'],
  [500, 'DOWNLOAD_FAILED'],
] as const)('a registry that answers %i for a layer is one error', async ([status, code], { registry }) => {
  putImage(registry);
  const [layer] = (await resolve(registry)).archives;
  if (layer === undefined) throw new Error('The image has no layer');
  registry.misbehave((_, response) => Boolean(response.writeHead(status).end()));

  await expect(
    openLayer(layer, createRegistryAccess(NOBODY), {
      http: tools.http,
      directory: '/',
    }),
  ).rejects.toMatchObject({ code, hint: expect.any(String) });
});

describe('redirects', () => {
  test.for([
    ['to a file', 'file:///etc/passwd'],
    ['to nowhere', 'http://'],
    ['to another protocol', 'gopher://127.0.0.1/'],
  ])('one %s is refused', async ([, location = ''], { registry }) => {
    registry.misbehave((_, response) => Boolean(response.writeHead(307, { location }).end()));

    expect(await failure(registry)).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/redirect/u),
    });
  });

  test('a circle of them ends', async ({ registry }) => {
    registry.misbehave(({ url = '' }, response) => Boolean(response.writeHead(307, { location: url }).end()));

    expect(await failure(registry)).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/redirects/u),
    });
    expect(registry.requests.length).toBeLessThan(30);
  });

  test('a login goes to no other origin', async ({ registry }) => {
    await using other = await serveFakeRegistry(registry.content);
    const image = putImage(registry);
    other.tags.set('1', image);
    registry.misbehave(({ headers, url }, response) => {
      const isKnown = headers.authorization !== undefined;
      const answer = isKnown ? { location: `http://${other.host}${url}` } : { 'www-authenticate': 'Basic realm="x"' };
      return Boolean(response.writeHead(isKnown ? 307 : 401, answer).end());
    });

    await resolve(registry, somebody(registry));

    expect(registry.requests.filter(({ authorization }) => authorization !== undefined)).not.toEqual([]);
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });
});
