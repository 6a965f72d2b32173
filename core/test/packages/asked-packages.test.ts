import { countPackages, parseAskedPackages, pinPackages, readAsked } from '@karapace/core';
import { expect, test } from 'vitest';

const GRAMMAR = { form: /^(?<name>[a-z]+)(?:=(?<version>\d+))?$/u, kind: 'tiny package', hint: 'Write letters.' };

test('a name and a version are read by the grammar’s groups', () => {
  expect(parseAskedPackages(['git', 'vim=9'], GRAMMAR)).toEqual([
    { name: 'git', version: undefined },
    { name: 'vim', version: '9' },
  ]);
});

test('what both lists ask for is read once, and told', () => {
  const told: string[] = [];
  const parse = (texts: readonly string[]) => parseAskedPackages(texts, GRAMMAR);
  const progress = (message: string): void => void told.push(message);

  const asked = readAsked({ system: ['git'], gui: ['git'], lower: [] }, parse, { progress });

  expect(asked).toEqual([{ name: 'git', version: undefined }]);
  expect(told).toEqual(['resolving 1 package']);
  expect(countPackages(2)).toBe('2 packages');
});

test('everything that is no name is in the one error, with the way out', () => {
  expect(() => parseAskedPackages(['git', '--purge', '../x'], GRAMMAR)).toThrow(
    expect.objectContaining({
      code: 'PACKAGE_UNKNOWN',
      message: '`--purge`, `../x` cannot be the name of a tiny package',
      hint: 'Write letters.',
    }),
  );
});

test('pins are sorted, and marked by the list that asked; the first list wins', () => {
  const archive = (name: string) => ({
    ...{ name, version: '1', arch: 'all', url: `http://mirror.example.invalid/${name}`, size: 1 },
    sha256: '0'.repeat(64),
  });
  const asked = { system: new Set(['b']), gui: new Set(['b', 'c']) };

  const pins = pinPackages(['c', 'a', 'b'].map(archive), 'tiny', asked);

  expect(pins.map(({ name, manager, asked: by }) => `${name} ${manager} ${by}`)).toEqual([
    'a tiny dependency',
    'b tiny system',
    'c tiny gui',
  ]);
});
