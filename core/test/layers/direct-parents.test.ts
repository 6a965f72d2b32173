import fc from 'fast-check';
import { expect, test } from 'vitest';

import { directParents, type LayerNode } from '../../src/layers/direct-parents.ts';

/** Nodes named by number, each on some of those before. */
const anyDag = fc
  .array(fc.array(fc.nat(20), { maxLength: 4 }), { minLength: 1, maxLength: 8 })
  .map((lists): readonly LayerNode[] =>
    lists.map((parents, index) => ({
      name: String(index),
      parents: [...new Set(parents)].filter((parent) => parent < index).map(String),
    })),
  );

function ancestors(name: string, parents: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const direct = parents.get(name) ?? [];
  return new Set([...direct, ...direct.flatMap((parent) => [...ancestors(parent, parents)])]);
}

test('what can be reached stays, and no line is drawn twice', () => {
  fc.assert(
    fc.property(anyDag, (nodes) => {
      const all = new Map(nodes.map(({ name, parents }) => [name, parents]));
      const direct = directParents(nodes);
      for (const { name } of nodes) {
        expect(ancestors(name, direct)).toEqual(ancestors(name, all));
        const parents = direct.get(name) ?? [];
        for (const parent of parents) {
          const others = parents.filter((each) => each !== parent);
          expect(others.some((other) => ancestors(other, all).has(parent))).toBe(false);
        }
      }
    }),
  );
});

test('a circle, which no build makes, ends', () => {
  const circle = [
    { name: 'a', parents: ['b'] },
    { name: 'b', parents: ['a'] },
  ];

  expect([...directParents(circle).keys()]).toEqual(['a', 'b']);
});
