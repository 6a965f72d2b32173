import { expect, test } from 'vitest';

import { factoryName, findFactory } from '../../src/plugin/find-factory.ts';

test.for([
  ['@karapace/backend-mock', 'backendMock'],
  ['@acme/karapace-backend-foo', 'backendFoo'],
  ['remote-s3-v2', 'remoteS3V2'],
  ['./plugins/backend-foo.ts', 'backendFoo'],
  ['./backend-foo/src/index.ts', 'backendFoo'],
  ['../backend-foo/', 'backendFoo'],
  ['/opt/backend-foo/dist/index.js', 'backendFoo'],
])('the factory of %s is called %s', ([specifier = '', name]) => {
  expect(factoryName(specifier)).toBe(name);
});

test('an export called `plugin` is taken, too', () => {
  const plugin = { name: 'x', apply() {} };

  expect(findFactory({ plugin, other: 1 }, './whatever.ts')).toBe(plugin);
});

test('a module without either is told what to export', () => {
  expect(() => findFactory({ other: 1 }, './backend-foo.ts')).toThrow(
    expect.objectContaining({
      code: 'PLUGIN_INVALID',
      message: 'The plugin `./backend-foo.ts` exports neither `backendFoo` nor `plugin`',
      hint: 'Export a factory called `backendFoo`; the module exports `other`.',
    }),
  );
});
