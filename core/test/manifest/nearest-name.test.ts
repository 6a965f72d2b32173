import { expect, test } from 'vitest';

import { nearestName, nearestNames } from '../../src/manifest/nearest-name.ts';

test.for([
  ['imgae', 'image'],
  ['Image', 'image'],
  ['pakages', 'packages'],
  ['gp', 'gpu'],
  ['firefox', undefined],
  ['', undefined],
] as const)('%s most likely means %s', ([name, meant]) => {
  expect(nearestName(name, ['image', 'packages', 'gpu'])).toBe(meant);
});

test('the nearest of several come first', () => {
  expect(nearestNames('trixi', ['trixie', 'trixies', 'sid', 'trix'], 2)).toEqual(['trixie', 'trix']);
});
