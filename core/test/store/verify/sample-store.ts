import fs from 'node:fs';
import path from 'node:path';

import type { LayerKey, SnapshotId, TreeDigest } from '../../../src/contracts/ids.ts';
import type { ArchivePin, BuiltLayer, LayerDefinition } from '../../../src/contracts/lock.ts';
import type { NewEnvironment } from '../../../src/contracts/environment-store.ts';
import type { Store } from '../../../src/contracts/store.ts';
import type { VerifyReport } from '../../../src/contracts/verify.ts';
import { layerKey } from '../../../src/identity/layer-key.ts';
import { verifyStore } from '../../../src/store/verify/verify-store.ts';
import { archivePin, bodyOf } from '../archive-fixture.ts';
import {
  consumeFeatureTree,
  makeTestStore,
  openTestStore,
  removePlace,
  runInIdSpace,
  testEnvironment,
  testIds,
  testIdSpace,
} from '../test-store.ts';

/** What is in the sample, for tests to damage. */
export interface Sample {
  /** Of the first environment, called `work`; it has a layer of its own, one that both have, an archive and two snapshots. */
  readonly layer: BuiltLayer;
  readonly shared: BuiltLayer;
  /** Of the second, called `other`. */
  readonly otherLayer: BuiltLayer;
  readonly archive: ArchivePin;
  readonly otherArchive: ArchivePin;
  readonly snapshots: readonly { readonly snapshot_id: SnapshotId; readonly tree: TreeDigest }[];
}

export const A = testEnvironment('a', undefined).lock.env_id;
export const B = testEnvironment('b', undefined).lock.env_id;

/** A store with two of everything, of which each test damages a copy. */
export interface SampleStore extends AsyncDisposable {
  readonly sample: Sample;
  copy(): string;
}

export async function makeSampleStore(): Promise<SampleStore> {
  const whole = await makeTestStore();
  const sample = await fill(whole.store);
  await whole.store.close();
  let copies = 0;
  return {
    sample,
    copy() {
      const root = path.join(whole.place, `copy-${copies++}`);
      runInIdSpace('cp', '-a', whole.root, root);
      return root;
    },
    [Symbol.asyncDispose]: async () => removePlace(whole.place),
  };
}

async function fill(store: Store): Promise<Sample> {
  const [archive, otherArchive] = [archivePin('archive'), archivePin('other archive')];
  await store.archives.add(archive, bodyOf('archive'));
  await store.archives.add(otherArchive, bodyOf('other archive'));
  const shared = await keepLayer(store, 'shared', await consumeFeatureTree(store));
  const layer = await keepLayer(store, 'own', await consume(store, { own: 'content of work', link: undefined }));
  const otherLayer = await keepLayer(store, 'other', await consume(store, { other: 'content of other' }));
  await store.environments.put(environment('a', 'work', { layers: [shared, layer], archives: [archive] }));
  await store.environments.put(environment('a', 'job', { layers: [shared, layer], archives: [archive] }));
  await store.environments.put(environment('b', 'other', { layers: [otherLayer], archives: [otherArchive] }));
  const snapshots = [await commit(store, 'first'), await commit(store, 'second')];
  return { layer, shared, otherLayer, archive, otherArchive, snapshots };
}

async function consume(store: Store, files: Readonly<Record<string, string | undefined>>) {
  await using scratch = await store.scratch(testIds);
  const directory = await scratch.make('root');
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) fs.symlinkSync('somewhere', path.join(directory, name));
    else fs.writeFileSync(path.join(directory, name), content);
  }
  return await store.trees.consume(directory, testIds);
}

async function keepLayer(
  store: Store,
  name: string,
  tree: { readonly digest: TreeDigest; readonly entries: number; readonly bytes: number },
): Promise<BuiltLayer> {
  const definition: LayerDefinition = { kind: 'base', ids: testIds, inputs: { name } };
  const key: LayerKey = layerKey(definition, []);
  await store.layers.put(key, { definition, parents: [], tree });
  return { name, key, tree: tree.digest, entries: tree.entries, bytes: tree.bytes };
}

function environment(
  digit: string,
  name: string,
  { layers, archives }: { readonly layers: readonly BuiltLayer[]; readonly archives: readonly ArchivePin[] },
): NewEnvironment {
  const made = testEnvironment(digit, name);
  return { ...made, layers, lock: { ...made.lock, base: { ...made.lock.base, archives } } };
}

async function commit(store: Store, content: string) {
  const upper = path.join(store.root, 'environments', A, 'gen-1', 'upper');
  fs.writeFileSync(path.join(upper, 'changed'), `${content} change`);
  return (await store.environments.commit(A, content)).snapshot;
}

/** What `verify-store` says. */
export function verify(root: string): Promise<VerifyReport> {
  return verifyStore(root, { ids: testIds, idSpace: async (ids) => testIdSpace(ids), pause: 5 });
}

export async function withStore<T>(root: string, action: (store: Store) => Promise<T>): Promise<T> {
  const store = await openTestStore(root);
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

export const shard = (kind: string, id: string): string => path.join(kind, id.slice(0, 2), id.slice(2));

/** The file of the object that holds exactly a content; relative to the store. */
export function objectOf(root: string, content: string): string {
  const [found = ''] = runInIdSpace('grep', '-rlxF', content, path.join(root, 'objects')).trim().split('\n');
  return path.relative(root, found);
}
