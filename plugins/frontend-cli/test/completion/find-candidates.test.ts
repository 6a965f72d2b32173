import { expect, test } from 'vitest';

import { findCandidates } from '../../src/completion/find-candidates.ts';
import { GLOBAL_OPTIONS } from '../../src/global-options.ts';
import { VERBS } from '../../src/verbs.ts';

const find = (...words: string[]) => findCandidates(words, { verbs: VERBS, globals: GLOBAL_OPTIONS });
const wordsOf = (found: ReturnType<typeof find>) => ('words' in found ? found.words.map(({ value }) => value) : []);

test('the first word is a command, under each of its names', () => {
  expect(wordsOf(find(''))).toEqual(expect.arrayContaining(['build', 'list', 'ls', 'completions']));
  expect(wordsOf(find('--json', ''))).toContain('build');
});

test('options are those of the command, and those that all have', () => {
  expect(wordsOf(find('build', '--'))).toEqual(expect.arrayContaining(['--locked', '--json', '-q', '--quiet']));
  expect(wordsOf(find('list', '--'))).not.toContain('--locked');
});

test.each([
  [['restore', ''], 'environment'],
  [['restore', 'dev', ''], 'snapshot'],
  [['build', 'a', 'b', ''], 'manifest'],
  [['new', 'x', '--template', ''], 'template'],
  [['new', 'x', '--template', '=', 'd'], 'template'],
  [['--store', 'x', 'enter', ''], 'environment'],
  [['enter', '--store', ''], 'directory'],
  [['exec', 'dev', '--', 'git', ''], 'file'],
  [['remove', 'git', ''], 'package'],
] as const)('%j is followed by a value of the kind %s', (words, kind) => {
  expect(find(...words)).toMatchObject({ kind });
});

test('where nothing can follow, nothing is proposed', () => {
  expect(find('list', '')).toEqual({ words: [] });
});

test('values are looked up in the store that was named', () => {
  expect(find('enter', '--store', '/elsewhere', '')).toMatchObject({ store: '/elsewhere' });
});
