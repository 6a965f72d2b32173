import { expect, test } from 'vitest';

import { storeRoot } from '../src/store-root.ts';

const find = (environment: NodeJS.ProcessEnv, store?: string) => storeRoot({ store, environment, directory: '/here' });

test('the option comes before the variables, and they before the home', async () => {
  const all = { KARAPACE_STORE: '/own', XDG_DATA_HOME: '/data', HOME: '/home/a' };

  expect(await find(all, 'relative')).toBe('/here/relative');
  expect(await find(all)).toBe('/own');
  expect(await find({ ...all, KARAPACE_STORE: '' })).toBe('/data/karapace');
  expect(await find({ HOME: '/home/a' })).toBe('/home/a/.local/share/karapace');
});

test.each([
  ['HOME', {}],
  ['HOME', { HOME: 'relative' }],
  ['XDG_DATA_HOME', { XDG_DATA_HOME: 'relative', HOME: '/home/a' }],
  ['KARAPACE_STORE', { KARAPACE_STORE: 'relative', HOME: '/home/a' }],
])('a bad %s is named', async (name, environment) => {
  await expect(find(environment)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(`\`${name}\``),
  });
});
