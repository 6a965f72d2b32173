import { expect, test } from 'vitest';

import { findMissingSuites, mirrorError } from '../src/mirror-error.ts';

const NOT_FOUND = `Ign:1 http://mirror.example.invalid/debian nosuch InRelease
Err:2 http://mirror.example.invalid/debian nosuch Release
  404  Not Found [IP: 192.0.2.1 80]
E: The repository 'http://mirror.example.invalid/debian nosuch Release' does not have a Release file.
`;

test('the address and the reason that apt gives are in the message', () => {
  const output =
    'E: Failed to fetch http://mirror.example.invalid/x/InRelease  Could not connect to mirror.example.invalid:80.\n';

  expect(mirrorError(output, 'Try again.')).toMatchObject({
    code: 'MIRROR_FAILED',
    message:
      'The mirror failed at `http://mirror.example.invalid/x/InRelease`: Could not connect to mirror.example.invalid:80',
    hint: 'Try again.',
  });
});

test('where the reason is known, only the end of the log is shown', () => {
  const output = `${'Ign:1 http://mirror.example.invalid/debian\n'.repeat(20)}${NOT_FOUND}`;

  expect(String(mirrorError(output, '').cause).split('\n')).toHaveLength(3);
});

test('a wrong signature tells more than the fact that a repository counts as unsigned', () => {
  const output = `W: GPG error: http://mirror.example.invalid x InRelease: The following signatures were invalid: BADSIG 1\n${NOT_FOUND}`;

  expect(mirrorError(output, '').message).toContain('BADSIG');
});

test('no credentials get into the message or the cause', () => {
  const error = mirrorError('E: Failed to fetch http://user:secret@mirror.example.invalid/x  401  Unauthorized\n', '');

  expect(`${error.message} ${String(error.cause)}`).not.toMatch(/user|secret/u);
});

test('output in no known form is the cause', () => {
  expect(mirrorError('strange\n', '')).toMatchObject({
    message: 'The mirror cannot be read',
    cause: { message: 'strange' },
  });
});

test('suites that a mirror does not have are found, others are not', () => {
  expect(findMissingSuites(NOT_FOUND)).toEqual(['nosuch']);
  expect(findMissingSuites(NOT_FOUND.replace('404  Not Found', '500  Broken'))).toEqual([]);
});
