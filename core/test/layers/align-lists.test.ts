import fc from 'fast-check';
import { expect, test } from 'vitest';

import { alignLists } from '../../src/layers/align-lists.ts';

const anyList = fc.array(fc.constantFrom<string>('a', 'b', 'c', 'd'), { maxLength: 12 });

test('the gaps turn one list into the other', () => {
  fc.assert(
    fc.property(anyList, anyList, (before, after) => {
      const list = [...before];
      for (const gap of alignLists(before, after).toReversed()) {
        expect(list.splice(gap.before, gap.gone.length, ...gap.come)).toEqual(gap.gone);
        expect(after.slice(gap.after, gap.after + gap.come.length)).toEqual(gap.come);
      }
      expect(list).toEqual(after);
    }),
  );
});

test('equal lists have no gap, and no gap is empty', () => {
  fc.assert(
    fc.property(anyList, anyList, (before, after) => {
      expect(alignLists(before, [...before])).toEqual([]);
      for (const { gone, come } of alignLists(before, after)) expect(gone.length + come.length).toBeGreaterThan(0);
    }),
  );
});

test('what both lists have stays between the gaps', () => {
  expect(alignLists(['install', 'curl', 'git', 'zsh'], ['install', 'git', 'vim', 'zsh'])).toEqual([
    { before: 1, after: 1, gone: ['curl'], come: [] },
    { before: 3, after: 2, gone: [], come: ['vim'] },
  ]);
});

test('lists that would take too long to align are one gap', () => {
  const list = (from: number): string[] => Array.from({ length: 2000 }, (_, index) => String(from + index));

  expect(alignLists(['head', ...list(0), 'tail'], ['head', ...list(1), 'tail'])).toEqual([
    { before: 1, after: 1, gone: list(0), come: list(1) },
  ]);
});
