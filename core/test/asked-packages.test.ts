import { parseAskedPackages, pinPackages } from '@karapace/core';
import { expect, test } from 'vitest';

const GRAMMAR = { form: /^(?<name>[a-z]+)(?:=(?<version>\d+))?$/u, kind: 'tiny package', hint: 'Write letters.' };

test('a name and a version are read by the grammar’s groups', () => {
  expect(parseAskedPackages(['git', 'vim=9'], GRAMMAR)).toEqual([
    { name: 'git', version: undefined },
    { name: 'vim', version: '9' },
  ]);
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
