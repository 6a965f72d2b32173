import fc from 'fast-check';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { packTar } from '../../../src/store/tar/pack-tar.ts';
import { checkTree } from '../../../src/store/check-tree.ts';
import { encodeTree, treeDigest } from '../../../src/store/tree-encoding.ts';
import { consumeFeatureTree, makeFeatureTree, makeTestStore, removePlace, testIds } from '../test-store.ts';
import { randomTree, type RandomTree } from './random-tree.ts';

const fixture = {} as Awaited<ReturnType<typeof makeTestStore>>;
beforeAll(async () => {
  Object.assign(fixture, await makeTestStore());
});
afterAll(async () => {
  await fixture.store.close();
  removePlace(fixture.place);
});

function packInMemory({ entries, contents }: RandomTree): Buffer {
  const pieces: Buffer[] = [];
  packTar(
    entries,
    (bytes) => void pieces.push(Buffer.from(bytes)),
    ({ object }, write) => write(contents.get(object) ?? Buffer.alloc(0)),
  );
  return Buffer.concat(pieces);
}

describe('an archive of a tree', () => {
  it('gives the same tree again, without times', async () => {
    const { trees } = fixture.store;
    const tree = await consumeFeatureTree(fixture.store);
    const archive = await trees.exportTar(tree.digest, testIds);
    expect(await trees.importTar(archive, { ids: testIds, timed: false })).toEqual(tree);
  });

  it('gives the same tree again, with its times', async () => {
    const { trees } = fixture.store;
    await using scratch = await fixture.store.scratch(testIds);
    const directory = await scratch.make('root');
    makeFeatureTree(directory);
    const { digest, entries, bytes } = await trees.ingest(directory, testIds);
    const archive = await trees.exportTar(digest, testIds);
    expect(await trees.importTar(archive, { ids: testIds, timed: true })).toEqual({ digest, entries, bytes });
  });

  it('gives any tree again, and any tree the same archive', async () => {
    const { trees } = fixture.store;
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(randomTree, async (tree) => {
        checkTree(tree.entries);
        for (const { type } of tree.entries) seen.add(type);
        const expected = treeDigest(encodeTree(tree.entries));
        const packed = packInMemory(tree);
        const { digest } = await trees.importTar(Readable.from([packed]), { ids: testIds, timed: true });
        expect(digest).toBe(expected);
        const exported = await buffer(await trees.exportTar(digest, testIds));
        expect(exported.equals(packed)).toBe(true);
      }),
      { numRuns: 40, endOnFailure: true, seed: 20_261_123 },
    );
    expect([...seen].toSorted()).toEqual(['character', 'directory', 'fifo', 'file', 'link', 'symlink']);
  }, 240_000);
});
