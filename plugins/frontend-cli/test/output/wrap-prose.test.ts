import fc from 'fast-check';
import { expect, test } from 'vitest';

import { wrapProse } from '../../src/output/wrap-prose.ts';

test('a long sentence is broken at spaces, and goes on behind its label', () => {
  expect(wrapProse('fix: one two three four', 14)).toBe('fix: one two\n     three\n     four');
  expect(wrapProse('  cause: alpha beta', 14)).toBe('  cause: alpha\n         beta');
});

test('what a fact says goes on below where it began', () => {
  expect(wrapProse('  user ids    one, two, three', 24)).toBe('  user ids    one, two,\n              three');
});

test('tables, short lines and words that are too long stay as they are', () => {
  for (const text of ['NAME  ID  a long row of a table', 'short', 'x'.repeat(30)])
    expect(wrapProse(text, 20)).toBe(text);
});

test('nothing is lost, and no row is longer than it has to be', () => {
  const word = fc.stringMatching(/^[a-z`]{1,12}$/u);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 12, max: 40 }), (words, columns) => {
      const rows = wrapProse(words.join(' '), columns).split('\n');

      expect(rows.join(' ')).toBe(words.join(' '));
      for (const row of rows) expect(row.length).toBeLessThanOrEqual(columns);
    }),
  );
});
