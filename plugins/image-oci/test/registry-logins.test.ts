import { expect } from 'vitest';

import { createOciSource } from '../src/oci-source.ts';
import { openLayer } from '../src/open-layer.ts';
import { createRegistryAccess } from '../src/registry-access.ts';
import type { FakeRegistry } from './support/fake-registry.ts';
import { failure, NOBODY, putImage, resolve, somebody, test, tools } from './support/resolve-from.ts';

test.for([
  ['nothing', {}],
  ['something unknown', { 'www-authenticate': 'Negotiate' }],
  ['a password', { 'www-authenticate': 'Basic realm="x"' }],
] as const)('who is asked for %s and has none is told to log in', async ([, headers], { registry }) => {
  registry.misbehave((_, response) => Boolean(response.writeHead(401, headers).end()));

  expect(await failure(registry)).toMatchObject({
    code: 'MIRROR_FAILED',
    hint: expect.stringContaining(`skopeo login ${registry.host}`),
  });
});

test('a login that is refused is sent once', async ({ registry }) => {
  registry.misbehave((_, response) =>
    Boolean(response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()),
  );

  expect(await failure(registry, somebody(registry))).toMatchObject({
    code: 'MIRROR_FAILED',
    message: expect.stringMatching(/\(401\)/u),
  });
  expect(registry.requests.map(({ authorization }) => authorization !== undefined)).toEqual([false, true]);
});

test('a registry that does not ask is shown no login', async ({ registry }) => {
  putImage(registry);

  await resolve(registry, somebody(registry));

  expect(registry.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

test('a token is asked for pulling alone, with the login, and shown from then on', async ({ registry }) => {
  putImage(registry);
  giveTokens(registry, () => JSON.stringify({ token: 'abc' }));

  await resolve(registry, somebody(registry));

  const [first, token, ...rest] = registry.requests;
  expect(first?.authorization).toBeUndefined();
  expect(token?.path).toBe('/token?service=here&scope=repository%3Ax%3Apull');
  expect(token?.authorization).toMatch(/^Basic /u);
  expect(rest.map(({ authorization }) => authorization)).toEqual(['Bearer abc', 'Bearer abc']);
});

test('a token that is too old is replaced once, for all downloads that run', async ({ registry }) => {
  putImage(registry);
  let tokens = 0;
  giveTokens(
    registry,
    () => JSON.stringify({ access_token: `token-${(tokens += 1)}` }),
    () => `Bearer token-${tokens}`,
  );
  const access = createRegistryAccess(NOBODY);
  const { archives } = await createOciSource({ directory: '/', access, warn: () => undefined }).resolve(
    `docker://${registry.host}/x:1`,
    tools,
  );
  const [layer] = archives;
  if (layer === undefined) throw new Error('The image has no layer');
  registry.content.set(`sha256:${layer.sha256}`, Buffer.from('0123456789'));
  tokens = 5;

  const opened = await Promise.all(
    Array.from({ length: 4 }, () => openLayer(layer, access, { http: tools.http, directory: '/' })),
  );

  expect(
    await Promise.all(opened.map(async (stream) => Buffer.concat(await (stream?.toArray() ?? [])).toString())),
  ).toEqual(Array(4).fill('0123456789'));
  expect(tokens).toBe(6);
});

test.for([
  ['no token', '{}'],
  ['a token that is no text', '{"token":1}'],
  ['a token with a line break', '{"token":"a\\r\\nx-evil: 1"}'],
  ['an empty token', '{"token":""}'],
  ['a page', '<html>'],
  ['more than a token', JSON.stringify({ token: 'x'.repeat(2 ** 17) })],
] as const)('an answer that gives %s is one error', async ([, answer], { registry }) => {
  giveTokens(registry, () => answer);

  expect(await failure(registry)).toMatchObject({
    code: expect.stringMatching(/^(?:MIRROR|DOWNLOAD)_FAILED$/u),
    hint: expect.any(String),
  });
});

test.for([401, 403, 404, 429])('a token service that answers %i is named', async (status, { registry }) => {
  putImage(registry);
  const challenge = `Bearer realm="http://${registry.host}/token"`;
  registry.misbehave(({ url = '' }, response) => {
    const isToken = url.startsWith('/token');
    return Boolean(response.writeHead(isToken ? status : 401, isToken ? {} : { 'www-authenticate': challenge }).end());
  });

  expect(await failure(registry, somebody(registry))).toMatchObject({
    code: 'MIRROR_FAILED',
    message: `\`http://${registry.host}/token\` gives no token for \`x\`: it answers ${status}`,
  });
});

test.for([
  'ftp://127.0.0.1/token',
  'https://user:pass@r.example/token',
  'file:///etc/passwd',
  '',
  'http://r.example/token',
])('a token from `%s` is refused', async (realm, { registry }) => {
  registry.misbehave((_, response) =>
    Boolean(response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end()),
  );

  expect(await failure(registry, somebody(registry))).toMatchObject({
    code: 'MIRROR_FAILED',
    message: expect.stringMatching(/for a token, which is refused/u),
  });
  expect(registry.requests).toHaveLength(1);
});

function giveTokens(registry: FakeRegistry, answer: () => string, expected = () => 'Bearer abc'): void {
  registry.misbehave(({ url = '', headers }, response) => {
    if (url.startsWith('/token')) return Boolean(response.end(answer()));
    if (headers.authorization === expected()) return false;
    const challenge = `Bearer realm="http://${registry.host}/token",service="here",scope="repository:x:pull,push repository:y:pull"`;
    return Boolean(response.writeHead(401, { 'www-authenticate': challenge }).end());
  });
}
