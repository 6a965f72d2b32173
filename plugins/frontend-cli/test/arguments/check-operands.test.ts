import { expect, test } from 'vitest';

import { checkOperands } from '../../src/arguments/check-operands.ts';
import { VERBS } from '../../src/verbs.ts';

const verbOf = new Map(VERBS.map((verb) => [verb.name, verb]));
const check = (name: string, words: readonly string[]) => {
  const verb = verbOf.get(name);
  if (verb === undefined) throw new Error(`there is no verb ${name}`);
  return checkOperands(verb, words);
};

test.each([
  ['destroy', ['dev']],
  ['list', []],
  ['exec', []],
  ['exec', ['dev']],
  ['build', []],
  ['build', ['a', 'b', 'c']],
])('`karapace %s` takes %j', (name, words) => {
  expect(check(name, words)).toBeUndefined();
});

test('a word that is missing is named, with the usage', () => {
  expect(check('destroy', [])).toEqual({
    message: '`karapace destroy` lacks <env>',
    hint: 'Type `karapace destroy <env>`.',
  });
});

test('a word too many is named, with the usage and what the verb advises', () => {
  expect(check('exec', ['dev', 'bash'])).toEqual({
    message: '`karapace exec` cannot use `bash`',
    hint: 'Type `karapace exec [env] -- <command...>`. For example: `karapace exec dev -- git --version`.',
  });
});
