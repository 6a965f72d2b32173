import fc from 'fast-check';
import { expect, test } from 'vitest';

import { measure, median, summarise } from '../../bench/measure.ts';
import { formatTable } from '../../bench/table.ts';
import { below, compare } from '../../bench/verdict.ts';

test('as many values lie below the median as above it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const middle = median(values);
      const [less, more] = [values.filter((value) => value < middle), values.filter((value) => value > middle)];
      expect(Math.abs(less.length - more.length)).toBeLessThanOrEqual(values.length - less.length - more.length);
    }),
  );
});

test('contenders take turns, each prepared before each of its rounds', async () => {
  const calls: string[] = [];
  const contender = (name: string) => ({
    name,
    prepare: async () => void calls.push(`prepare ${name}`),
    run: async () => void calls.push(`run ${name}`),
  });

  const measurements = await measure([contender('a'), contender('b')], 2);

  const round = ['prepare a', 'run a', 'prepare b', 'run b'];
  expect(calls).toEqual([...round, ...round]);
  expect(measurements.map(({ rounds }) => rounds.length)).toEqual([2, 2]);
});

test('a goal that is not met says so in the table', () => {
  const measurements = [summarise('karapace', [300, 200]), summarise('peer', [200]), summarise('other', [1000])];

  const rows = compare('job', measurements, { peer: below(1.2), other: below(1) });

  expect(formatTable(rows)).toMatchInlineSnapshot(`
    "what  who       median   fastest  karapace is  goal
    job   karapace  250 ms   200 ms
    job   peer      200 ms   200 ms   1.25 x       ratio < 1.2  NOT MET
    job   other     1000 ms  1000 ms  0.25 x       ratio < 1    met"
  `);
});
