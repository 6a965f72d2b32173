import { expect, test } from 'vitest';

import { describeDifference } from '../../src/explain/describe-difference.ts';
import { splitConsequences } from '../../src/explain/split-consequences.ts';
import { archive, difference, GIT_UPDATE } from './explain-fixture.ts';

const short = { whole: false, kind: 'packages' };
const whole = { whole: true, kind: 'packages' };
const [was, is] = [archive('git', '1'), archive('git', '2')];
const newBytes = { ...was, sha256: 'f'.repeat(64) };

test.each([
  [difference(['archives', 'git amd64'], 'changed', [was, is]), '~ package git 1 → 2'],
  [
    difference(['archives', 'git amd64'], 'changed', [was, newBytes]),
    '~ package git sha256 111111111111 → ffffffffffff',
  ],
  [difference(['archives', 'git amd64'], 'added', [undefined, is]), '+ package git 2'],
  [difference(['archives', 'git amd64'], 'removed', [was, undefined]), '- package git 1'],
  [difference(['archives'], 'moved', [[], []]), '~ packages: in another order'],
  [difference(['manager'], 'changed', ['apt', 'dnf']), '~ package manager apt → dnf'],
  [difference(['version'], 'changed', [1, 2]), '~ plan version 1 → 2'],
  [difference(['environment', 'LANG'], 'changed', ['C', 'C.UTF-8']), '~ variable LANG C → C.UTF-8'],
  [difference(['environment', 'X'], 'added', [undefined, '1']), '+ variable X 1'],
  [difference(['steps', 0, 2], 'changed', ['make', 'make all']), '~ step 1, word 3 make → make all'],
  [difference(['steps', 1], 'added', [undefined, ['make', 'a b']]), "+ step 2 make 'a b'"],
  [difference(['command', 2], 'changed', ['y', 'yy']), '~ command, word 3 y → yy'],
  [difference(['parameters', 'suite'], 'changed', ['trixie', 'sid']), '~ parameter suite trixie → sid'],
  [
    difference(['files', '/etc/motd'], 'changed', [
      { target: '/etc/motd', tree: 'a'.repeat(64) },
      { target: '/etc/motd', tree: 'b'.repeat(64) },
    ]),
    '~ file /etc/motd tree aaaaaaaaaaaa → bbbbbbbbbbbb',
  ],
  [difference(['flavour'], 'changed', [{ a: 1 }, 'x']), '~ flavour {"a":1} → x'],
])('a difference is one line of words: %#', (one, line) => {
  expect(describeDifference(one, short)).toBe(line);
});

test('an archive of a layer that is not of packages is not called a package', () => {
  const [git] = GIT_UPDATE;

  expect(git && describeDifference(git, { whole: false, kind: 'base' })).toBe('~ archive git 1 → 2');
});

test('in full every field that differs is shown, as it is', () => {
  const [git] = GIT_UPDATE;

  expect(git && describeDifference(git, whole)).toBe(
    `~ package git amd64 1 → 2, sha256 ${'1'.repeat(64)} → ${'2'.repeat(64)}, file git_1.deb → git_2.deb`,
  );
});

test('of long texts the line is shown where they begin to differ', () => {
  const script = (line: string): string =>
    `set -e\n${'echo a long line that is the same in both; '.repeat(3)}${line}\nend\n`;
  const one = difference(['steps', 0, 1], 'changed', [script('make'), script('make all')]);

  expect(describeDifference(one, short)).toBe('~ step 1, word 2 line 2: …e in both; make → …e in both; make all');
  expect(
    describeDifference(difference(['steps', 0], 'changed', ['a\n'.repeat(50), 'a\n'.repeat(49)]), short),
  ).toContain('line 50: a → ');
});

test('control characters in what plugins and people wrote are made visible', () => {
  const one = difference(['x\u001b[2J'], 'changed', ['a\u001b', 'b\nc']);

  expect(describeDifference(one, short)).toBe('~ x\\x1b[2J line 1: a\\x1b → b');
  expect(describeDifference(one, whole)).toBe('~ x\\x1b[2J a\\x1b → b\\nc');
});

test('words of steps that name archives follow from these, and others do not', () => {
  const script = difference(['steps', 0, 2], 'changed', ['install git', 'install --force git']);

  expect(splitConsequences([...GIT_UPDATE, script])).toEqual({
    causes: [GIT_UPDATE[0], script],
    consequences: [GIT_UPDATE[1]],
  });
});
