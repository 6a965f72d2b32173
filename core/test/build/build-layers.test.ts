import { expect, test } from 'vitest';

import { buildLayers, type BuildLayer, type TakenLayer } from '../../src/build/build-layers.ts';
import type { LayerKey, TreeDigest } from '../../src/contracts/ids.ts';
import type { Layer } from '../../src/contracts/lock.ts';

const layer = (name: string, ...parents: string[]): Layer => ({
  name,
  parents,
  definition: { kind: 'packages', ids: 'full', inputs: { name } },
});
const built = (name: string): TakenLayer => ({
  name,
  key: name as LayerKey,
  tree: name as TreeDigest,
  entries: 1,
  bytes: 1,
  reused: false,
});
const DIAMOND = [layer('base'), layer('left', 'base'), layer('right', 'base'), layer('top', 'left', 'right')];
const PLAN = { layers: DIAMOND, built: [] };
const never = new AbortController().signal;

test('a diamond is built once each, parents first', async () => {
  const order: string[] = [];
  const build: BuildLayer = async ({ name }, parents) => {
    order.push(`${name}(${parents.map((parent) => parent.name).join()})`);
    return built(name);
  };

  const result = await buildLayers(PLAN, build, never);

  expect(result.map(({ name }) => name)).toEqual(['base', 'left', 'right', 'top']);
  expect(order.toSorted()).toEqual(['base()', 'left(base)', 'right(base)', 'top(left,right)']);
  expect(order.at(0)).toBe('base()');
  expect(order.at(-1)).toBe('top(left,right)');
});

test('layers that do not need each other are built at the same time', async () => {
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  const build: BuildLayer = async ({ name }) => {
    if (name === 'left' || name === 'right') {
      waiting += 1;
      if (waiting === 2) both.resolve();
      await both.promise;
    }
    return built(name);
  };

  await expect(buildLayers(PLAN, build, never)).resolves.toHaveLength(4);
});

test('a failure cancels what runs beside it and starts nothing above it', async () => {
  const started: string[] = [];
  const cancelled = Promise.withResolvers<void>();
  const build: BuildLayer = async ({ name }, _parents, signal) => {
    started.push(name);
    if (name === 'left') throw new Error('left broke');
    if (name === 'right') {
      signal.addEventListener('abort', () => cancelled.resolve());
      await cancelled.promise;
    }
    return built(name);
  };

  await expect(buildLayers(PLAN, build, never)).rejects.toThrow('left broke');

  expect(started.toSorted()).toEqual(['base', 'left', 'right']);
});

test('an abort from outside ends the build with its own reason', async () => {
  const outside = new AbortController();
  const build: BuildLayer = (_layer, _parents, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('interrupted work')));
      outside.abort(new Error('Ctrl-C'));
    });

  await expect(buildLayers(PLAN, build, outside.signal)).rejects.toThrow('Ctrl-C');
});

test('a layer that is there already is not built again', async () => {
  const order: string[] = [];
  const build: BuildLayer = async ({ name }) => {
    order.push(name);
    return built(name);
  };

  await buildLayers({ ...PLAN, built: [built('base')] }, build, never);

  expect(order.toSorted()).toEqual(['left', 'right', 'top']);
});
