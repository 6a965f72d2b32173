import fc from 'fast-check';
import { expect, test } from 'vitest';

import { findChecksum } from '../src/checksums.ts';
import { highestVersion, listDirectories, newestBuild } from '../src/index-page.ts';

const NOW = Date.UTC(2025, 5, 15);
const page = (...hrefs: readonly string[]): string => hrefs.map((href) => `<a href="${href}">x</a>`).join('\n');

test('the newest build is that of the latest day and minute', () => {
  const builds = page('20250101_07:42/', '20250102_05%3A24/', './20250102_05:23/', '20241231_23:59/');

  expect(newestBuild(builds, NOW)).toBe('20250102_05:24');
});

test.for([
  '../20250102_05:24/',
  '/images/20250102_05:24/',
  'http://elsewhere.example.invalid/20250102_05:24/',
  '20250102_05:24',
  '20250102_05:24/../../x/',
  '20250102_05:24%2F..%2F/',
  '%2e%2e/',
  '%ff/',
  '99991231_00:00/',
  'latest/',
  '20250102_05:24?x/',
])('`%s` is no build', (href) => {
  expect(newestBuild(page(href), NOW)).toBeUndefined();
  expect(newestBuild(page(href, '20250101_07:42/'), NOW)).toBe('20250101_07:42');
});

test('whatever a page holds, what is found has the form of a build', () => {
  const href = fc.oneof(fc.string(), fc.constantFrom('20250101_07:42/', '../', '20250101_0742/', '%32/'));
  fc.assert(
    fc.property(fc.array(href), (hrefs) => {
      expect(newestBuild(page(...hrefs), NOW) ?? '20250101_0742').toMatch(/^\d{8}_\d{2}:?\d{2}$/u);
    }),
  );
});

test('a large page that is made to take long does not', () => {
  expect(listDirectories('<a href='.repeat(500_000))).toEqual([]);
  expect(listDirectories(`href="${'a'.repeat(4_000_000)}`)).toEqual([]);
  expect(listDirectories(`href${' '.repeat(4_000_000)}`)).toEqual([]);
});

test('the highest version is by number, and names are none', () => {
  expect(highestVersion(page('15.6/', '9.9/', 'tumbleweed/', '15.10/', '15/'))).toBe('15.10');
  expect(highestVersion(page('tumbleweed/', '../'))).toBeUndefined();
});

test('a checksum is that of the file alone, and only if there is one', () => {
  const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];

  expect(findChecksum(`${second}  other\n${first}  rootfs.tar.xz\n`, 'rootfs.tar.xz')).toBe(first);
  expect(findChecksum(`${first} *rootfs.tar.xz\n`, 'rootfs.tar.xz')).toBe(first);
  expect(findChecksum(`${first}  rootfs.tar.xz\n${second}  rootfs.tar.xz\n`, 'rootfs.tar.xz')).toBeUndefined();
  expect(
    findChecksum(`${first}  x/rootfs.tar.xz\n${first.slice(1)}  rootfs.tar.xz\n`, 'rootfs.tar.xz'),
  ).toBeUndefined();
});
