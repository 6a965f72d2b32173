import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Frontend } from '../../src/contracts/frontend.ts';
import { createHooks } from '../../src/plugin/hooks.ts';
import { applyPlugins, loadPlugins } from '../../src/plugin/load-plugins.ts';
import type { Plugin } from '../../src/plugin/plugin.ts';
import { resolvePlugin } from '../../src/plugin/resolve-plugin.ts';

let directory = '';
let bases: readonly string[] = [];

async function install(name: string, fields: object): Promise<string> {
  const folder = path.join(directory, 'node_modules', name);
  await mkdir(folder, { recursive: true });
  const factory = "({ name: 'backend-foo', apply() {} })";
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, type: 'module', ...fields }));
  await writeFile(path.join(folder, 'entry.js'), `export const backendFoo = () => ${factory};`);
  return pathToFileURL(path.join(folder, 'entry.js')).href;
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'karapace-resolve-'));
  bases = [pathToFileURL(path.join(directory, 'karapace.toml')).href, import.meta.url];
});
afterAll(() => rm(directory, { recursive: true }));

test.for([
  ['a default condition', { exports: { '.': { types: './x.d.ts', default: './entry.js' } } }],
  ['an import condition alone', { exports: { '.': { import: './entry.js' } } }],
  ['nested conditions', { exports: { node: { import: { default: './entry.js' } } } }],
  ['a main field', { main: './entry.js' }],
] as const)('a package with %s is found from the manifest', async ([name, fields]) => {
  const url = await install(`@acme/${name.replaceAll(' ', '-')}`, fields);

  expect(resolvePlugin(`@acme/${name.replaceAll(' ', '-')}`, bases)).toBe(url);
});

test('a package that only a later base knows is found there', () => {
  expect(resolvePlugin('@karapace/backend-mock', bases)).toMatch(/backend-mock\/.*index\.[jt]s$/);
});

test.for(['fs', 'node:fs', 'nobody-has-this', './nothing.ts', ''])('%j is not found', (specifier) => {
  expect(resolvePlugin(specifier, bases)).toBeUndefined();
});

test('a plugin that is loaded twice is applied once', async () => {
  await install('backend-foo', { exports: './entry.js' });
  const host = { hooks: createHooks() };
  const applied = applyPlugins(await loadPlugins(['backend-foo'], bases), host);

  const before = { applied, builtIn: new Map() };
  expect(() => applyPlugins([], host, before)).not.toThrow();
  applyPlugins(await loadPlugins(['backend-foo'], bases), host, before);

  expect([...applied.keys()]).toEqual(['backend-foo']);
});

test('a built-in plugin that a project gives settings answers before the one without, and is given them once', async () => {
  const hooks = createHooks();
  const applied = applyPlugins([answering('built-in')], { hooks });
  const before = { applied, builtIn: new Map(applied) };

  applyPlugins([answering('settings')], { hooks }, before);

  expect(await hooks.openFrontend.promise('any')).toBe('settings');
  expect(() => applyPlugins([answering('others')], { hooks }, before)).toThrow('Two plugins are called `backend-foo`');
});

function answering(answer: string): Plugin {
  return {
    name: 'backend-foo',
    apply: ({ hooks }) => hooks.openFrontend.tap('backend-foo', () => answer as unknown as Frontend),
  };
}

test('a factory that was not called is told how to call it', async () => {
  const backendFoo = () => ({ name: 'backend-foo', apply() {} });

  await expect(loadPlugins([backendFoo], bases)).rejects.toMatchObject({
    code: 'PLUGIN_INVALID',
    hint: 'Call it: write `backendFoo()` instead of `backendFoo`.',
  });
});

test('a plugin that fails when it is applied is named', () => {
  const bad = { name: 'bad', apply: () => JSON.parse('{') as undefined };

  expect(() => applyPlugins([bad], { hooks: createHooks() })).toThrow(
    expect.objectContaining({ code: 'PLUGIN_FAILED', message: 'Plugin `bad` failed in `apply`' }),
  );
});
