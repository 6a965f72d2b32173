import { expect, test } from 'vitest';

import { askedNames, choosePackages, type OfferedPackage } from '../../src/packages/choose-packages.ts';

const offered = (name: string, changes: Partial<OfferedPackage> = {}): OfferedPackage => ({
  ...{ name, version: '1', provides: [], groups: [] },
  ...changes,
});

const offer = {
  installed: new Map([
    ['bash', '5.2'],
    ['handmade', '3'],
  ]),
  packages: [
    offered('bash', { version: '5.3', provides: ['sh', 'posix'] }),
    offered('vim', { provides: ['vi', 'editor'], groups: ['editors'] }),
    offered('nano', { provides: ['editor', 'vim'], groups: ['editors'] }),
    offered('git', { version: '2.47' }),
    offered('git', { version: '2.48' }),
  ],
  fits: (version: string, asked: string) => version.startsWith(asked),
};

const choose = (...texts: readonly string[]) =>
  choosePackages(
    texts.map((text) => {
      const [name = '', version] = text.split('=');
      return { name, version };
    }),
    offer,
  );

test('a name stands for the package that has it, or for the only one that provides it', () => {
  expect(choose('bash', 'vim', 'vi', 'posix').map(({ asked, name }) => `${asked} ${name}`)).toEqual([
    'bash bash',
    'vim vim',
    'vi vim',
    'posix bash',
  ]);
});

test('a version is passed on as it is asked for', () => {
  expect(choose('git=2.4')).toEqual([{ asked: 'git', name: 'git', version: '2.4' }]);
});

test('what only the image has is not chosen, unless in another version', () => {
  expect(choose('handmade', 'handmade=3')).toEqual([]);
  expect(() => choose('handmade=4')).toThrow(expect.objectContaining({ hint: expect.stringContaining('`3`') }));
});

test.each([
  { names: ['editor'], message: '`editor` is provided by `nano`, `vim`' },
  { names: ['editors'], message: '`editors` is a group of `nano`, `vim`' },
  {
    names: ['gitt', 'editor', 'handmad'],
    message: 'No packages have the names `gitt` (near: `git`), `handmad` (near: `handmade`)',
  },
  { names: ['git=3'], message: 'Package `git` has no version `3`' },
])('$names is answered with `$message`', ({ names, message }) => {
  expect(() => choose(...names)).toThrow(expect.objectContaining({ code: 'PACKAGE_UNKNOWN', message }));
});

test('a package is marked by each list that asked for it, under whatever name', () => {
  const asked = { system: [{ name: 'vi', version: undefined }], gui: [{ name: 'git', version: undefined }] };

  expect(askedNames(asked, choose('vi', 'git', 'bash'))).toEqual({ system: new Set(['vim']), gui: new Set(['git']) });
});
