import { expect, test } from 'vitest';

import { formatBytes, formatCount, formatDuration } from '../../src/output/format-quantity.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [150 * 1024 ** 2, '150 MiB'],
  [5 * 1024 ** 4, '5.0 TiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [12_345, '12.3 s'],
  [59_980, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [3_720_000, '1 h 02 min'],
])('%d milliseconds are %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test('a count of one is not a plural', () => {
  expect([formatCount(1, 'layer'), formatCount(0, 'layer'), formatCount(12_345, 'entry')]).toEqual([
    '1 layer',
    '0 layers',
    '12,345 entries',
  ]);
});
