import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { EnvIdentity, LayerKey } from '../../src/contracts/ids.ts';
import {
  consumeFeatureTree,
  makeFeatureTree,
  makeTestStore,
  runInIdSpace,
  testEnvironment,
  testIds,
} from './test-store.ts';

const READER = fileURLToPath(new URL('foreign-reader.py', import.meta.url));
const A = 'a'.repeat(64) as EnvIdentity;
const KEY = 'c'.repeat(64) as LayerKey;

type Entries = readonly { readonly path: string; readonly type: string }[];

interface ReadEnvironment {
  readonly lock: string;
  readonly names: readonly string[];
  readonly upper: Entries;
  readonly layers: readonly Entries[];
  readonly snapshots: readonly { readonly message: string; readonly entries: Entries }[];
}

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let read: ReadEnvironment;
beforeAll(async () => {
  fixture = await makeTestStore();
  const { store, root } = fixture;
  const tree = await consumeFeatureTree(store);
  await store.layers.put(KEY, { definition: { kind: 'base', ids: testIds, inputs: {} }, parents: [], tree });
  const { digest, ...sizes } = tree;
  const layers = [{ name: 'base', key: KEY, tree: digest, ...sizes }];
  await store.environments.put({ ...testEnvironment('a', 'work'), layers });
  makeFeatureTree(path.join(root, 'environments', A, 'gen-1', 'upper'));
  await store.environments.commit(A, 'all of it');
  read = JSON.parse(runInIdSpace('python3', READER, 'store', root, 'work')) as ReadEnvironment;
});
afterAll(async () => fixture[Symbol.asyncDispose]());

// The other reader was written from docs/store-format.md, and shares no code with this one.
describe('somebody else who reads a store', () => {
  it('finds an environment by its name', () => {
    expect(read).toMatchObject({ lock: A, names: ['work'] });
  });

  it('finds every entry of a layer as it was in the directory that it was made of', () => {
    const source = path.join(fixture.place, 'source');
    fs.mkdirSync(source);
    fs.chmodSync(source, 0o755);
    makeFeatureTree(source);
    const entries = JSON.parse(runInIdSpace('python3', READER, 'directory', source)) as Entries;
    expect(new Set(entries.map(({ type }) => type))).toEqual(new Set('fdlpch'));
    expect(read.layers).toEqual([entries]);
  });

  it('finds every entry of a snapshot, with its time, as it is in the environment', () => {
    expect(read.upper.length).toBeGreaterThan(20);
    expect(read.snapshots).toEqual([{ message: 'all of it', entries: read.upper }]);
  });
});
