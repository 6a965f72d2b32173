import { afterAll, beforeAll, expect, it } from 'vitest';

import type { TreeDigest } from '../../../src/contracts/ids.ts';
import { metadataClass } from '../../../src/store/metadata-class.ts';
import { storeLayout } from '../../../src/store/store-layout.ts';
import { visitEncoded, visitObjects } from '../../../src/store/tree-objects.ts';
import { readTree, readTreeBytes } from '../../../src/store/tree-record.ts';
import { consumeFeatureTree, makeFeatureTree, makeTestStore, testIds } from '../test-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
beforeAll(async () => {
  fixture = await makeTestStore();
});
afterAll(async () => fixture[Symbol.asyncDispose]());

async function ingestFeatureTree(): Promise<TreeDigest> {
  await using scratch = await fixture.store.scratch(testIds);
  const directory = await scratch.make('upper');
  makeFeatureTree(directory);
  return (await fixture.store.trees.ingest(directory, testIds)).digest;
}

it.each([
  ['a tree of a layer', async () => (await consumeFeatureTree(fixture.store)).digest],
  ['a tree with times', ingestFeatureTree],
])('finds the objects of %s that its entries have, and no others', async (_what, make) => {
  const tree = await make();
  const layout = storeLayout(fixture.root);
  const entries = readTree(layout, tree).flatMap((entry) =>
    entry.type === 'file' && entry.size > 0 ? [`${entry.object}.${metadataClass(entry)} ${entry.size}`] : [],
  );
  const found: string[] = [];
  visitObjects(layout, tree, (bytes, { at, size, metadataClass: kind }) => {
    found.push(`${bytes.toString('hex', at, at + 32)}.${kind} ${size}`);
  });
  expect(entries.length).toBeGreaterThan(5);
  expect(entries.some((entry) => /\.[0-9a-f]{64} /.test(entry))).toBe(true);
  expect(found).toEqual(entries);

  const bytes = readTreeBytes(layout, tree) ?? Buffer.alloc(0);
  expect(() => visitEncoded(bytes.subarray(0, -1), () => undefined)).toThrow(RangeError);
  expect(() => visitEncoded(Buffer.concat([bytes, bytes]), () => undefined)).toThrow(RangeError);
});
