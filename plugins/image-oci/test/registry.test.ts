import { expect, test } from 'vitest';

import { parseRegistry, repositoryOf, repositoryOfBlob } from '../src/registry.ts';

const BLOB = `blobs/sha256:${'ab'.repeat(32)}`;

test.each([
  ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['localhost', 'http://localhost'],
  ['[::1]:5000', 'http://[::1]:5000'],
  ['[0:0:0:0:0:0:0:1]', 'http://[::1]'],
  ['127.0.0.1.example.com', 'https://127.0.0.1.example.com'],
  ['10.0.0.1:80', 'https://10.0.0.1:80'],
  ['registry.example.com', 'https://registry.example.com'],
  ['plain.example.com:8080', 'http://plain.example.com:8080'],
])('%s is asked at %s', (host, origin) => {
  expect(urlOf(host)).toBe(`${origin}/v2/a/b`);
});

test.each(['debian', 'a..b/', 'a b.c', '-a.b', 'a.b:', 'a.b:x', 'a.b:70000', '[::1', 'ä.b', 'a.b\n'])(
  '%j is no registry',
  (text) => {
    expect(parseRegistry(text)).toBeUndefined();
  },
);

test('the repository of a blob is found in its address', () => {
  expect(repositoryOfBlob(`https://r.example/v2/a/b/${BLOB}`, [])).toMatchObject({
    name: 'a/b',
    registry: { host: 'r.example' },
  });
});

test('an address by http outside of this machine is nobody’s unless its registry was allowed', () => {
  expect(repositoryOfBlob(`http://r.example/v2/a/${BLOB}`, [])).toBeUndefined();
  expect(repositoryOfBlob(`http://r.example/v2/a/${BLOB}`, ['r.example'])).toBeDefined();
});

test.each(['https://mirror.example/pool/x.deb', `https://r.example/v2/${BLOB}`, `ftp://r.example/v2/a/${BLOB}`])(
  '%s is the address of no blob',
  (address) => {
    expect(repositoryOfBlob(address, [])).toBeUndefined();
  },
);

function urlOf(host: string): string | undefined {
  const registry = parseRegistry(host);
  return registry && repositoryOf(registry, 'a/b', ['plain.example.com:8080']).url;
}
