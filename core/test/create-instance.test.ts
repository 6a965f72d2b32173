import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { createInstance } from '../src/create-instance.ts';

const REQUEST = { reference: 'made-up', backend: 'mock', directory: '/' };
const SOURCE = `export const plugin = {
  name: 'source',
  apply: ({ hooks }) => hooks.openImageSource.tapPromise('source', async () => ({ name: 'source' })),
};`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'karapace-test-'));
  await writeFile(path.join(directory, 'source.mjs'), SOURCE);
});
afterEach(() => rm(directory, { recursive: true }));

function create() {
  return createInstance({
    storeRoot: path.join(directory, 'store'),
    plugins: [],
    sources: ['./source.mjs'],
    pluginBases: [pathToFileURL(path.join(directory, 'base')).href],
  });
}

test('sources are loaded with the first project, and with no other', async () => {
  await using instance = await create();
  expect(await instance.hooks.openImageSource.promise(REQUEST)).toBeUndefined();

  await instance.addPlugins([], directory);
  await instance.addPlugins([], directory);

  expect(await instance.hooks.openImageSource.promise(REQUEST)).toEqual({ name: 'source' });
});

test('an instance for one project of several has the sources of all, and a plugin that its manifest names too', async () => {
  await using instance = await create();
  await using fork = instance.fork();

  await fork.addPlugins(['./source.mjs'], directory);

  expect(await fork.hooks.openImageSource.promise(REQUEST)).toEqual({ name: 'source' });
  expect(await instance.hooks.openImageSource.promise(REQUEST)).toEqual({ name: 'source' });
});
