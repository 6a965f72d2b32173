import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readArguments } from '../../src/arguments/read-arguments.ts';
import { GLOBAL_OPTIONS } from '../../src/global-options.ts';
import { VERBS } from '../../src/verbs.ts';

const read = (...tokens: string[]) => readArguments(tokens, { verbs: VERBS, globals: GLOBAL_OPTIONS });

describe('operands', () => {
  test.each(['0012', '1e3', '0x10', 'true', 'Infinity', '007'])(
    'the reference %s stays the string that was typed',
    (id) => {
      expect(read('inspect', id).operands).toEqual([id]);
      expect(read('inspect', '--json', id).operands).toEqual([id]);
      expect(read('--json', 'inspect', id).operands).toEqual([id]);
    },
  );

  test('any word that is no option arrives unchanged', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((word) => !word.startsWith('-')),
        (word) => {
          expect(read('inspect', word)).toMatchObject({ operands: [word], problem: undefined });
        },
      ),
    );
  });

  test('an alias means its verb', () => {
    expect(read('ls').verb?.name).toBe('list');
    expect(read('shell', 'dev').verb?.name).toBe('enter');
    expect(read('rm', 'dev').verb?.name).toBe('destroy');
  });
});

describe('options', () => {
  test('global options are taken before and after the verb', () => {
    expect(read('--store', '/a', 'list').options).toEqual({ store: '/a' });
    expect(read('list', '--store=/a=b').options).toEqual({ store: '/a=b' });
    expect(read('-q', 'build', '-v').options).toEqual({ quiet: true, verbose: true });
  });

  test('a value stays the string that was typed', () => {
    expect(read('build', '--name', '0012', '--jobs=1e3').options).toEqual({ name: '0012', jobs: '1e3' });
  });

  test.each([
    [['build', '--jobz', '2'], '`--jobz`', '`--jobs`'],
    [['build', '--xyzzy'], '`--xyzzy`', 'karapace build --help'],
    [['--locked', 'build'], 'before its command', 'karapace build --locked'],
    [['build', '--locked=yes'], 'takes no value', '--help'],
    [['build', '--name'], 'lacks its value', '--help'],
    [['build', '--name', '--locked'], 'lacks its value', '--help'],
    [['build', '-name', 'x'], '`-name`', '`--name`'],
    [['list', '--constructor'], '`--constructor`', '--help'],
    [['list', '--__proto__'], '`--__proto__`', '--help'],
    [['buidl'], '`buidl`', 'karapace build'],
    [['constructor'], '`constructor`', '--help'],
    [['inspect', '--', '-x'], 'starts with a dash', './-x'],
  ])('%j is a mistake that names the word and the way out', (tokens, message, hint) => {
    const { problem } = read(...tokens);

    expect(problem?.message).toContain(message);
    expect(problem?.hint).toContain(hint);
  });
});

describe('a command line for inside', () => {
  test.each([
    ['behind dashes', ['exec', 'dev', '--', 'git', '--version']],
    ['without dashes', ['exec', 'dev', 'git', '--version']],
    ['with our own options before it', ['--json', 'run', 'dev', '--quiet', '--', 'git', '--version']],
    ['with the dashes before the verb', ['--', 'exec', 'dev', '--', 'git', '--version']],
  ])('%s is taken as it was typed', (_, tokens) => {
    expect(read(...tokens)).toMatchObject({ operands: ['dev'], child: ['git', '--version'], problem: undefined });
  });

  test.each([['exec'], ['shell'], ['run', '--quiet']])('behind dashes `%s` needs no environment', (...tokens) => {
    expect(read(...tokens, '--', 'dev', '--version')).toMatchObject({ operands: [], child: ['dev', '--version'] });
  });

  test('every argument of it arrives unchanged, dashes and empty ones too', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('--', '--json', '--store', '-q', ''))), (child) => {
        expect(read('exec', 'dev', '--', ...child).child).toEqual(child);
      }),
    );
  });

  test('options before the command are ours, and an unknown one is a mistake', () => {
    expect(read('exec', 'dev', '--help').options).toEqual({ help: true });
    expect(read('exec', 'dev', '-it', 'bash').problem?.message).toContain('`-it`');
  });
});
