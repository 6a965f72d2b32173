import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';

import type { BuildOutcome, BuildResult } from '@karapace/core';
import { test as base, describe, expect } from 'vitest';

import { madeBy, MOCK, openWorkshop, runTable, type Workshop } from './support/engine.ts';
import { karapace } from './support/karapace.ts';

const test = base.extend<{ shop: Workshop }>({
  shop: async ({}, use) => {
    await using shop = await openWorkshop();
    await use(shop);
  },
});

function resultOf(outcome: BuildOutcome | undefined): BuildResult {
  if (outcome === undefined || 'error' in outcome) throw new Error('it was not built', { cause: outcome?.error });
  return outcome.result;
}

const count = ({ events }: Workshop, event: string): number => events.filter((each) => each === event).length;

describe('several manifests', () => {
  test('that share layers build each of those once', async ({ shop }) => {
    const names = Array.from({ length: 10 }, (_, index) => `p${index}`);
    for (const [index, name] of names.entries())
      await shop.write({ [`${name}/karapace.toml`]: `${MOCK}${runTable('own', `write /opt/own ${index}`)}` });

    const outcomes = await shop.buildAll(names);

    expect(outcomes.map(({ manifest }) => manifest)).toEqual(names);
    for (const [index, outcome] of outcomes.entries()) {
      const { env_id } = resultOf(outcome).environment;
      expect(await shop.exec(env_id, 'cat', '/opt/own')).toBe(`${index}\n`);
    }
    expect([count(shop, 'built base'), count(shop, 'built packages'), count(shop, 'built run-own')]).toEqual([
      1, 1, 10,
    ]);
    expect(outcomes.flatMap((outcome) => madeBy(resultOf(outcome))).toSorted()).toEqual([
      'base',
      'packages',
      ...names.map(() => 'run-own'),
    ]);
  });

  test('pin an image that they share once', async ({ shop }) => {
    let asked = 0;
    const { openImageSource } = shop.engine.hooks;
    const request = { reference: 'debian/trixie', backend: 'mock', directory: shop.directory };
    const source = await openImageSource.promise(request);
    if (source === undefined) throw new TypeError('the mock has images');
    openImageSource.tap({ name: 'test', stage: -200 }, () => ({
      ...source,
      resolve: async (...given) => {
        asked += 1;
        return source.resolve(...given);
      },
    }));
    await shop.write({ 'a/karapace.toml': MOCK, 'b/karapace.toml': MOCK.replace('git', 'curl') });

    await shop.buildAll(['a', 'b']);

    expect(asked).toBe(1);
  });

  test('are built beside each other', async ({ shop }) => {
    for (const name of ['a', 'b'])
      await shop.write({ [`${name}/karapace.toml`]: `${MOCK}${runTable(name, `sleep 0.3; write /${name} x`)}` });

    await shop.buildAll(['a', 'b']);

    const at = (event: string): number => shop.events.indexOf(event);
    expect(Math.max(at('run-a run…'), at('run-b run…'))).toBeLessThan(Math.min(at('…run run-a'), at('…run run-b')));
  });

  test('do not stop each other when one fails', async ({ shop }) => {
    await shop.write({
      'bad/karapace.toml': `${MOCK}${runTable('bad', 'exit 1')}${runTable('good', 'sleep 0.2; write /good x')}`,
      'good/karapace.toml': `${MOCK}${runTable('good', 'sleep 0.2; write /good x')}`,
      'broken/karapace.toml': 'manifest_version = 2',
    });

    const [bad, good, broken, missing] = await shop.buildAll(['bad', 'good', 'broken', 'missing']);

    expect(bad).toMatchObject({ error: { code: 'BUILD_FAILED' } });
    expect(resultOf(good).status).toBe('built');
    expect(broken).toMatchObject({ error: { code: 'MANIFEST_INVALID' } });
    expect(missing).toMatchObject({ error: { code: expect.stringMatching(/^MANIFEST_/) } });
    expect(await shop.engine.list()).toHaveLength(1);
  });

  test('that are one are built once', async ({ shop }) => {
    await shop.write({ 'a/karapace.toml': MOCK });

    expect(await shop.buildAll(['a', './a/', 'a/karapace.toml'])).toHaveLength(1);
  });

  test('keep plugins of one out of the others', async ({ shop }) => {
    const plugin = `export const plugin = { name: 'adder', apply: ({ hooks }) => hooks.normalizeManifest.tap('adder',
      (manifest) => ({ ...manifest, system: { packages: ['PACKAGE'] } })) };`;
    await shop.write({
      'a/adder.mjs': plugin.replace('PACKAGE', 'jq'),
      'a/karapace.toml': `plugins = ["./adder.mjs"]\n${MOCK}`,
      'b/adder.mjs': plugin.replace('PACKAGE', 'vim'),
      'b/karapace.toml': `plugins = ["./adder.mjs"]\n${MOCK}`,
      'c/karapace.toml': MOCK,
    });

    const outcomes = await shop.buildAll(['a', 'b', 'c']);

    expect(outcomes.map((outcome) => resultOf(outcome).environment.lock.intent.system.packages)).toEqual([
      ['jq'],
      ['vim'],
      ['git'],
    ]);
    expect(count(shop, 'built base')).toBe(1);
  });

  test('that are stopped leave nothing half done', async ({ shop }) => {
    const stop = new AbortController();
    const slow = `${MOCK}${runTable('slow', 'sleep 60')}`;
    await shop.write({ 'a/karapace.toml': slow, 'b/karapace.toml': slow });
    shop.engine.hooks.layerPhaseStarted.tap('test', ({ layer, phase }) => {
      if (layer.name === 'run-slow' && phase === 'run') stop.abort(new Error('stopped'));
    });

    const outcomes = await shop.buildAll(['a', 'b'], { signal: stop.signal });

    for (const outcome of outcomes) expect(outcome).toMatchObject({ error: { message: 'stopped' } });
    expect(count(shop, 'started run-slow')).toBe(1);
    expect(count(shop, 'failed run-slow')).toBe(1);
    expect(await shop.engine.list()).toEqual([]);
  });
});

describe('the command line', () => {
  const at = (shop: Workshop) => ({ store: path.join(shop.directory, 'store'), cwd: shop.directory });

  test('builds several, tells of each, and ends with the code of the first that failed', async ({ shop }) => {
    await shop.write({ 'a/karapace.toml': MOCK, 'b/karapace.toml': 'manifest_version = 2' });

    const { code, stdout, stderr } = await karapace(['build', 'a', 'b', '--json'], at(shop));

    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject([
      { format: 1, manifest: 'a', status: 'built', layers: [{ name: 'base', reused: false }, { name: 'packages' }] },
      { format: 1, manifest: 'b', error: { code: 'MANIFEST_INVALID' } },
    ]);
    expect(stderr).toContain('b:\nerror[MANIFEST_INVALID]');
  });

  test('finds all manifests below, but not in node_modules, hidden directories and behind links', async ({ shop }) => {
    const twin = { 'project/two/karapace.toml': MOCK, 'project/two/karapace.config.json': '{}' };
    const hidden = { 'project/.git/karapace.toml': 'x', 'project/web/node_modules/x/karapace.toml': 'x' };
    await shop.write({ 'project/web/karapace.toml': MOCK, 'project/karapace.toml': MOCK, ...twin, ...hidden });
    await shop.write({ 'elsewhere/karapace.toml': 'x' });
    await symlink('../elsewhere', path.join(shop.directory, 'project/link'));
    await mkdir(path.join(shop.directory, 'empty'));

    const cwd = path.join(shop.directory, 'project');
    const { code, stdout, stderr } = await karapace(['build', '--all'], { ...at(shop), cwd });
    const none = await karapace(['build', '--all'], { ...at(shop), cwd: path.join(shop.directory, 'empty') });

    expect(stdout.split('\n').slice(0, -1)).toEqual([
      expect.stringContaining(path.join(cwd, 'karapace.toml')),
      expect.stringContaining(path.join(cwd, 'web/karapace.toml')),
      expect.stringMatching(/^2 environments built, 1 failed, in /),
    ]);
    expect(stderr).toContain(`${path.join(cwd, 'two')}:\nerror[CONFIG_INVALID]`);
    expect(code).toBe(2);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('MANIFEST_NOT_FOUND') });
  });

  test.for([
    ['--all', 'x'],
    ['a', 'b', '--name', 'dev'],
  ])('refuses `build %s %s`', async (args, { shop }) => {
    expect(await karapace(['build', ...args], at(shop))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error[USAGE]'),
    });
  });
});
