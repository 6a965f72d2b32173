import fs from 'node:fs';
import path from 'node:path';
import { listAttributesSync, setAttributeSync } from '@napi-rs/xattr';
import { expect, it } from 'vitest';

import { makeLayer } from './gc/gc-store.ts';
import { makeTestStore, testEnvironment, testIds } from './test-store.ts';

it('a new upper has the attributes of the topmost root, but never its mark that hides what is below', async () => {
  await using fixture = await makeTestStore();
  const { store, root } = fixture;
  const bottom = await makeLayer(store, 'bottom', { below: 'x' });
  await using scratch = await store.scratch(testIds);
  const directory = await scratch.make('top');
  setAttributeSync(directory, 'user.note', Buffer.from('kept'));
  setAttributeSync(directory, 'user.overlay.opaque', Buffer.from('y'));
  fs.writeFileSync(path.join(directory, 'file'), 'x');
  const { digest } = await store.trees.consume(directory, testIds);
  const { lock } = testEnvironment('a', 'mine');

  await store.environments.put({
    ...testEnvironment('a', 'mine'),
    layers: [bottom, { ...bottom, tree: digest }],
  });

  const upper = path.join(root, 'environments', lock.env_id, 'gen-1/upper');
  expect(listAttributesSync(upper)).toEqual(['user.note']);
  expect(await store.environments.changes(lock.env_id)).toEqual([]);
});
