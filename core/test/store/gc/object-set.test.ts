import fc from 'fast-check';
import { expect, it } from 'vitest';

import { objectSet } from '../../../src/store/gc/object-set.ts';

const ids = fc.stringMatching(/^[0-9a-f]{64}$/);
const classes = fc.constantFrom('644.0.0', '755.0.0', '4755.0.0', `644.0.0.${'0'.repeat(64)}`);
const objects = fc.array(fc.tuple(ids, classes), { maxLength: 200 });

it('holds the objects that were put into it, and no others', () => {
  fc.assert(
    fc.property(objects, objects, (inside, outside) => {
      // So small that it has to grow.
      const set = objectSet(1);
      const names = new Set<string>();
      for (const [id, kind] of [...inside, ...inside]) {
        expect(set.add(id, kind)).toBe(!names.has(`${id}.${kind}`));
        names.add(`${id}.${kind}`);
      }
      expect(set.size).toBe(names.size);
      for (const [id, kind] of [...inside, ...outside]) expect(set.has(id, kind)).toBe(names.has(`${id}.${kind}`));
    }),
  );
});

it('tells ids that begin alike apart, and classes of one id', () => {
  const set = objectSet(1);
  const id = (end: string) => `${'a'.repeat(62)}${end}`;
  for (let number = 16; number < 256; number += 2) set.add(id(number.toString(16)), '644.0.0');
  expect(set.size).toBe(120);
  for (let number = 16; number < 256; number += 1) {
    expect(set.has(id(number.toString(16)), '644.0.0')).toBe(number % 2 === 0);
    expect(set.has(id(number.toString(16)), '755.0.0')).toBe(false);
  }
});
