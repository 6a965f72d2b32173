import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { test as base, expect } from 'vitest';

import { createHooks } from '../../src/plugin/hooks.ts';
import { applyPlugins, loadPlugins } from '../../src/plugin/load-plugins.ts';

const test = base.extend<{ project: { write(name: string, text: string): Promise<void>; base: string } }>({
  project: async ({}, use) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'karapace-plugins-'));
    await use({
      base: pathToFileURL(path.join(directory, 'karapace.toml')).href,
      write: (name, text) => writeFile(path.join(directory, name), text),
    });
    await rm(directory, { recursive: true });
  },
});

const BACKEND = `export const backendFoo = () => ({ name: 'backend-foo', apply() {} });`;

test('a path loads the factory that is named after its file', async ({ project }) => {
  await project.write('backend-foo.mjs', BACKEND);

  const [plugin] = await loadPlugins(['./backend-foo.mjs'], [project.base]);

  expect(plugin?.name).toBe('backend-foo');
});

test('the first base that knows a specifier answers', async ({ project }) => {
  await project.write('backend-foo.mjs', BACKEND);

  const [plugin] = await loadPlugins(['./backend-foo.mjs'], ['file:///nowhere/karapace.toml', project.base]);

  expect(plugin?.name).toBe('backend-foo');
});

test('an unknown plugin is named, with the way to install it', async ({ project }) => {
  await expect(loadPlugins(['karapace-backend-none'], [project.base])).rejects.toMatchObject({
    code: 'PLUGIN_NOT_FOUND',
    message: expect.stringContaining('karapace-backend-none'),
  });
});

test('a module without a factory is refused', async ({ project }) => {
  await project.write('empty.mjs', 'export const other = 1;');

  await expect(loadPlugins(['./empty.mjs'], [project.base])).rejects.toMatchObject({ code: 'PLUGIN_INVALID' });
});

test('a module that throws is a failed plugin with its cause', async ({ project }) => {
  await project.write('bad.mjs', 'throw new Error("broken inside")');

  await expect(loadPlugins(['./bad.mjs'], [project.base])).rejects.toMatchObject({
    code: 'PLUGIN_FAILED',
    message: expect.stringContaining('broken inside'),
  });
});

test.for([null, 1, {}, { name: 'x' }, { name: '', apply() {} }])('%j is not a plugin', async (value) => {
  await expect(loadPlugins([value], [])).rejects.toMatchObject({ code: 'PLUGIN_INVALID' });
});

test('two plugins of one name are refused', () => {
  const plugin = () => ({ name: 'twice', apply() {} });

  expect(() => applyPlugins([plugin(), plugin()], { hooks: createHooks() })).toThrow('Two plugins are called `twice`');
});

test('the error of a tap names its plugin', async () => {
  const hooks = createHooks();
  applyPlugins([{ name: 'bad', apply: (host) => host.hooks.openBackend.tap('bad', () => JSON.parse('{')) }], { hooks });

  await expect(hooks.openBackend.promise('x')).rejects.toMatchObject({
    code: 'PLUGIN_FAILED',
    message: 'Plugin `bad` failed in `openBackend`',
  });
});

test('the hooks cannot be replaced', () => {
  expect(Object.isFrozen(createHooks())).toBe(true);
});
