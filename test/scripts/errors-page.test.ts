import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { ERROR_CODES } from '../../core/src/errors.ts';
import { errorsPage, EXPLANATIONS } from '../../scripts/docs/errors-page.ts';
import { root } from '../../scripts/setup/workspace.js';

test('docs/errors.md is what `npm run docs` writes', async () => {
  expect(await readFile(join(root, 'docs/errors.md'), 'utf8')).toBe(errorsPage());
});

test('every code is explained, and nothing that is no code', () => {
  expect(Object.keys(EXPLANATIONS).toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted());
});

test.each(Object.entries(EXPLANATIONS))('the cause and the cure of %s are whole sentences', (_, { cause, cure }) => {
  for (const text of [cause, cure]) expect(text).toMatch(/^[A-Z`][^]+\.$|^[A-Z`][^]+`\.?$/);
});
