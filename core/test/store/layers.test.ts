import { expect, test as base } from 'vitest';

import type { LayerKey, TreeDigest } from '../../src/contracts/ids.ts';
import type { StoredLayer } from '../../src/contracts/store.ts';
import { layerKey } from '../../src/identity/layer-key.ts';
import { makeTestStore, testIds } from './test-store.ts';

const test = base.extend<{ place: Awaited<ReturnType<typeof makeTestStore>> }>({
  place: async ({}, use) => {
    await using place = await makeTestStore();
    await use(place);
  },
});

const layer: StoredLayer = {
  definition: { kind: 'packages', ids: testIds, inputs: { steps: [['make']] } },
  parents: ['a'.repeat(64) as TreeDigest],
  tree: { digest: 'b'.repeat(64) as TreeDigest, entries: 1, bytes: 2 },
};

test('a layer says what it was made of, even where its tree is gone', async ({ place: { store } }) => {
  const key = layerKey(layer.definition, layer.parents);
  await store.layers.put(key, layer);

  expect(await store.layers.read(key)).toEqual(layer);
  expect(await store.layers.find(key)).toBeUndefined();
});

test('a layer without a record is undefined', async ({ place: { store } }) => {
  expect(await store.layers.read('c'.repeat(64) as LayerKey)).toBeUndefined();
});

test('a record that does not give its key again is damage', async ({ place: { store } }) => {
  const key = 'd'.repeat(64) as LayerKey;
  await store.layers.put(key, layer);

  await expect(store.layers.read(key)).rejects.toMatchObject({
    code: 'STORE_CORRUPT',
    hint: expect.stringContaining('verify-store'),
  });
});

test('a record without a definition is damage', async ({ place: { store } }) => {
  const key = 'e'.repeat(64) as LayerKey;
  await store.layers.put(key, { ...layer, definition: null as never });

  await expect(store.layers.read(key)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
});
