import { expect, test } from 'vitest';

import { parseAnswer } from '../src/parse-answer.ts';

test('records are read by their kind, fields in their order', () => {
  const output = [
    'name\tgit\t2.43.0-1',
    'providers\tgit',
    'name\tawk',
    'providers\tawk\tgawk\tmawk',
    'archive\tgit\t0\t2.43.0\t1\tx86_64\tfedora\thttps://mirror.example.invalid/\tgit.rpm\t9\tsha256\tab',
    'removed\told',
    'solved',
    '',
  ].join('\n');

  expect(parseAnswer(output)).toEqual({
    known: new Map([
      ['git', { versions: ['2.43.0-1'], providers: [] }],
      ['awk', { versions: [], providers: ['gawk', 'mawk'] }],
    ]),
    exist: [],
    archives: [
      {
        ...{ name: 'git', epoch: '0', version: '2.43.0', release: '1', arch: 'x86_64', repository: 'fedora' },
        ...{ base: 'https://mirror.example.invalid/', location: 'git.rpm', size: 9 },
        checksum: { type: 'sha256', digest: 'ab' },
      },
    ],
    removed: ['old'],
    isSolved: true,
    mirror: undefined,
    conflict: undefined,
  });
});

test('an archive with too few fields is no answer', () => {
  expect(() => parseAnswer('archive\tgit\t0\n')).toThrow(expect.objectContaining({ code: 'TOOL_FAILED' }));
});
