import assert from 'node:assert/strict';
import { test } from 'node:test';

import { countWords } from '../src/word-count.js';

test('the most frequent word comes first', () => {
  assert.deepEqual(countWords('To be, or not to be'), [
    ['be', 2],
    ['to', 2],
    ['not', 1],
    ['or', 1],
  ]);
});

test('a text without words has none', () => {
  assert.deepEqual(countWords('12 + 30 = 42'), []);
});
