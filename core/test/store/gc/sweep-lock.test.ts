import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { TreeDigest } from '../../../src/contracts/ids.ts';
import type { BuiltLayer } from '../../../src/contracts/lock.ts';
import type { Store } from '../../../src/contracts/store.ts';
import { tryFileLock, trySharedLock } from '../../../src/store/file-lock.ts';
import { archivePin } from '../archive-fixture.ts';
import { makeTestStore, runInIdSpace, testIds } from '../test-store.ts';
import { addArchive, keyOf, makeLayer, pastTheClock } from './gc-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
let layer: BuiltLayer;
let sweepLock: string;
beforeEach(async () => {
  fixture = await makeTestStore();
  store = fixture.store;
  layer = await makeLayer(store, 'layer', { file: 'content' });
  await addArchive(store, 'an archive');
  sweepLock = path.join(fixture.root, 'locks', '.sweep');
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const definition = { kind: 'base', ids: testIds, inputs: {} } as const;

/** Everything that comes to rely on what the store has. */
const reliers: Readonly<Record<string, () => Promise<unknown>>> = {
  'a layer that is found': () => store.leased(() => store.layers.find(layer.key)),
  'a layer that is kept': () =>
    store.layers.put(keyOf('other'), { definition, parents: [], tree: { ...layer, digest: layer.tree } }),
  'an archive that is found': () => store.leased(() => store.archives.has(archivePin('an archive'))),
  'an archive that is added': () => addArchive(store, 'another archive'),
  'a directory that becomes a tree': () => keep('consume'),
  'a directory that is kept as it is': () => keep('ingest'),
  'a checkout that is made': () => {
    runInIdSpace('rm', '-r', path.join(fixture.root, 'checkouts', layer.tree));
    return store.trees.checkout(layer.tree, testIds);
  },
};

async function keep(how: 'consume' | 'ingest'): Promise<TreeDigest> {
  await using scratch = await store.scratch(testIds);
  const directory = await scratch.make('upper');
  fs.writeFileSync(path.join(directory, 'file'), 'content');
  return (await store.trees[how](directory, testIds)).digest;
}

it.each(Object.keys(reliers))('%s waits while gc removes something', async (name) => {
  // Whatever is to be started first is started.
  await store.trees.digest(path.join(fixture.root, 'checkouts', layer.tree), testIds);
  const lock = tryFileLock(sweepLock);
  if (lock === undefined) throw new Error('somebody else has it');
  let isDone = false;
  const relying = reliers[name]?.().then(() => (isDone = true));
  await setTimeout(400);
  expect(isDone).toBe(false);
  lock.close();
  await relying;
  expect(isDone).toBe(true);
});

it('gc removes nothing meanwhile, and nothing that was then found', async () => {
  // Without the layer, only the tree itself can tell that it is found.
  fs.rmSync(path.join(fixture.root, 'layers', layer.key));
  await pastTheClock();
  const lock = trySharedLock(sweepLock);
  if (lock === undefined) throw new Error('gc has it');
  const planned = Promise.withResolvers<number>();
  const collected = store.gc({ onPlan: ({ trees }) => planned.resolve(trees) });
  expect(await planned.promise).toBe(1);
  await store.leased(async () => {
    await using scratch = await store.scratch(testIds);
    const directory = await scratch.make('root');
    fs.writeFileSync(path.join(directory, 'file'), 'content');
    const found = await store.trees.consume(directory, testIds);
    expect(found.digest).toBe(layer.tree);
    lock.close();
    await collected;
    expect(fs.readdirSync(path.join(fixture.root, 'checkouts'))).toEqual([layer.tree]);
    expect((await store.trees.names(layer.tree)).has('/file')).toBe(true);
  });
});
