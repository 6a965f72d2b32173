import { expect, test } from 'vitest';

import type { LayerKey, TreeDigest } from '../../src/contracts/ids.ts';
import { nameParents, type NamelessParents } from '../../src/layers/name-parents.ts';

function layer(name: string, tree: string, ...parents: readonly string[]): NamelessParents {
  return {
    name,
    key: name as LayerKey,
    tree: tree as TreeDigest,
    entries: 0,
    bytes: 0,
    definition: { kind: 'base', ids: 'full', inputs: {} },
    parents: parents as readonly TreeDigest[],
  };
}

const namesOf = (...layers: readonly NamelessParents[]) =>
  nameParents(layers).map(({ parents }) => parents.map(({ name }) => name));

test('parents are called after the layers that have their content', () => {
  expect(namesOf(layer('base', 't1'), layer('packages', 't2', 't1'), layer('run', 't3', 't2', 't1'))).toEqual([
    [],
    ['base'],
    ['packages', 'base'],
  ]);
});

test('two layers with one content are two parents, the nearest first', () => {
  expect(
    namesOf(
      layer('base', 't1'),
      layer('a', 'empty', 't1'),
      layer('b', 'empty', 't1'),
      layer('c', 't3', 'empty', 'empty'),
    ),
  ).toEqual([[], ['base'], ['base'], ['b', 'a']]);
});

test('content that no layer has is without a name', () => {
  expect(namesOf(layer('packages', 't2', 'gone'))).toEqual([[null]]);
});
