import { expect, test } from 'vitest';

import { addressScope, ANYWHERE, literalAddress, narrowReach } from '../../src/build/address-scope.ts';

test.for([
  ['127.0.0.1', 'loopback'],
  ['127.255.0.1', 'loopback'],
  ['0.0.0.0', 'loopback'],
  ['::1', 'loopback'],
  ['::', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['169.254.169.254', 'link-local'],
  ['::ffff:a9fe:a9fe', 'link-local'],
  ['fe80::1', 'link-local'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['fd00:ec2::254', 'private'],
  ['8.8.8.8', 'public'],
  ['128.0.0.1', 'public'],
  ['2001:db8::1', 'public'],
] as const)('%s is %s', ([address, scope]) => {
  expect(addressScope(address)).toBe(scope);
});

test.for([
  ['http://127.1/', '127.0.0.1'],
  ['http://0x7f000001/', '127.0.0.1'],
  ['http://2852039166/', '169.254.169.254'],
  ['http://[::1]:80/', '::1'],
  ['http://localhost/', undefined],
] as const)('%s names the address %s', ([url, address]) => {
  expect(literalAddress(new URL(url).hostname)).toBe(address);
});

test('a server leads to nothing that is nearer than itself, and no further redirect widens that again', () => {
  expect(narrowReach(ANYWHERE, ['public'])).toEqual(['public']);
  expect(narrowReach(ANYWHERE, ['private'])).toEqual(['public', 'private']);
  expect(narrowReach(ANYWHERE, ['loopback'])).toEqual(['public', 'private', 'loopback']);
  expect(narrowReach(ANYWHERE, ['link-local'])).toEqual(['public', 'link-local']);
  expect(narrowReach(narrowReach(ANYWHERE, ['public']), ['loopback'])).toEqual(['public']);
  expect(narrowReach(ANYWHERE, ['loopback', 'public'])).toEqual(['public']);
});
