import type { HttpClient } from '@karapace/core';
import { expect, test } from 'vitest';

import { fetchToken } from '../src/registry-token.ts';
import { parseRegistry, repositoryOf } from '../src/registry.ts';

const CREDENTIALS = { user: 'user', password: 'secret' };

/** Who is asked for a token when a registry names that realm. */
async function askedBy(host: string, realm: string, plainHttp: readonly string[] = []): Promise<readonly string[]> {
  const registry = parseRegistry(host);
  if (registry === undefined) throw new Error(`${host} is no registry`);
  const asked: string[] = [];
  const http: HttpClient = {
    open: expect.unreachable,
    get: async (url) => {
      asked.push(url);
      return { status: 200, headers: {}, url, body: Buffer.from('{"token":"abc"}') };
    },
  };
  const challenge = { scheme: 'bearer', parameters: new Map([['realm', realm]]) };
  const request = {
    challenge,
    repository: repositoryOf(registry, 'x', plainHttp),
    credentials: CREDENTIALS,
    plainHttp,
    http,
    ledFrom: `https://${host}/v2/`,
  };
  const [result] = await Promise.allSettled([fetchToken(request)]);
  expect(result).toMatchObject(asked.length === 1 ? { value: 'abc' } : { reason: { code: 'MIRROR_FAILED' } });
  return asked;
}

test('a registry may name any https address', async () => {
  expect(await askedBy('r.example', 'https://auth.example/token?a=b')).toEqual([
    'https://auth.example/token?a=b&scope=repository%3Ax%3Apull',
  ]);
});

test.each([
  ['r.example', 'http://auth.example/token'],
  ['r.example', 'http://169.254.169.254/latest/meta-data'],
  ['r.example', 'http://127.0.0.1:8080/token'],
  ['r.example', 'https://127.0.0.1:8080/token'],
  ['r.example', 'https://localhost/token'],
  ['r.example', 'https://[::1]/token'],
  ['r.example', 'https://2130706433/token'],
  ['r.example', 'https://user@auth.example/token'],
  ['127.0.0.1:5000', 'http://auth.example/token'],
])('%s may not send to %s', async (host, realm) => {
  expect(await askedBy(host, realm)).toEqual([]);
});

test('a registry that is allowed to use http may send to another that is', async () => {
  expect(await askedBy('r.example', 'http://auth.example/', ['r.example', 'auth.example'])).toHaveLength(1);
  expect(await askedBy('r.example', 'http://auth.example/', ['r.example'])).toEqual([]);
});
