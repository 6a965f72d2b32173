import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Backend } from '../../src/contracts/backend.ts';
import { createHooks } from '../../src/plugin/hooks.ts';
import { provideBackends } from '../../src/plugin/provide-backends.ts';

const LOADS = Symbol.for('karapace-test-loads');
const counter = globalThis as unknown as Record<symbol, number>;
const PLUGIN = `globalThis[Symbol.for('karapace-test-loads')] += 1;
export const plugin = {
  name: 'two',
  apply: ({ hooks }) => hooks.openBackend.tapPromise('two', async (name) => (name === 'one' || name === 'other' ? { name } : undefined)),
};`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'karapace-test-'));
  await writeFile(path.join(directory, 'two.mjs'), PLUGIN);
  counter[LOADS] = 0;
});
afterEach(() => rm(directory, { recursive: true }));

function provide() {
  const hooks = createHooks();
  const backends = { one: './two.mjs', other: './two.mjs', third: './two.mjs' };
  provideBackends(hooks, backends, [pathToFileURL(path.join(directory, 'base')).href]);
  return hooks.openBackend;
}

test('a backend is loaded when it is opened, once', async () => {
  const open = provide();
  expect(counter[LOADS]).toBe(0);
  const opened = await Promise.all(['one', 'one', 'other'].map((name) => open.promise(name)));
  expect(opened.map((backend) => backend?.name)).toEqual(['one', 'one', 'other']);
  expect(counter[LOADS]).toBe(1);
});

test("a backend that is not known, or not even to its plugin, is nobody's", async () => {
  const open = provide();
  expect(await open.promise('constructor')).toBeUndefined();
  expect(counter[LOADS]).toBe(0);
  expect(await open.promise('third')).toBeUndefined();
});

test('a plugin that taps the hooks is asked first', async () => {
  const open = provide();
  open.tapPromise('mine', async (name) => (name === 'one' ? ({ name: 'mine' } as Backend) : undefined));
  expect((await open.promise('one'))?.name).toBe('mine');
  expect(counter[LOADS]).toBe(0);
});
