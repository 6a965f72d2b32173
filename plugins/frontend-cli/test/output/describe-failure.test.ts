import { KarapaceError } from '@karapace/core';
import { expect, test } from 'vitest';

import { describeFailure, failureRecord, isFailure } from '../../src/output/describe-failure.ts';

test('an error is its code and sentence, then place, causes and the fix', () => {
  const error = new KarapaceError('MANIFEST_INVALID', 'Unknown key `sytem`', {
    place: { file: 'karapace.toml', line: 4, column: 2 },
    cause: new Error('first\nsecond', { cause: new Error('deeper') }),
    hint: 'Write `system`.',
  });

  expect(describeFailure(error)).toMatchInlineSnapshot(`
    "error[MANIFEST_INVALID]: Unknown key \`sytem\`
      --> karapace.toml:4:2
      cause: first
      second
      cause: deeper
    fix: Write \`system\`."
  `);
  expect(failureRecord(error)).toEqual({
    code: 'MANIFEST_INVALID',
    message: 'Unknown key `sytem`',
    place: { file: 'karapace.toml', line: 4, column: 2 },
    fix: 'Write `system`.',
  });
});

test('what comes from outside cannot drive the terminal', () => {
  const error = new KarapaceError('BUILD_FAILED', 'Package `\u001b[2J` failed', {
    cause: '\u001b]0;title\u0007',
    place: { file: 'a\nb' },
  });

  expect(describeFailure(error)).toBe(
    ['error[BUILD_FAILED]: Package `\\x1b[2J` failed', '  --> a\\nb', '  cause: \\x1b]0;title\\x07'].join('\n'),
  );
});

test('an error that is its own cause is told a few times only', () => {
  const error: Error & { cause?: unknown } = new Error('again');
  error.cause = error;

  expect(describeFailure(new KarapaceError('USAGE', 'x', { cause: error })).split('\n')).toHaveLength(6);
});

test('an error of another copy of the core is recognised, a plain error is a bug', () => {
  const foreign = Object.assign(new Error('x'), { name: 'KarapaceError', exitCode: 2 });

  expect([isFailure(foreign), isFailure(new Error('x')), isFailure('x')]).toEqual([true, false, false]);
});
