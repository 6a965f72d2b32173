import { randomBytes } from 'node:crypto';
import fs from 'node:fs';

import type { ObjectId } from '../../../src/contracts/ids.ts';
import type { BuiltLayer } from '../../../src/contracts/lock.ts';
import { storeLayout } from '../../../src/store/store-layout.ts';
import { encodeTree, treeDigest } from '../../../src/store/tree-encoding.ts';
import type { TreeEntry } from '../../../src/store/tree-entry.ts';
import { openTestStore, testIds } from '../test-store.ts';
import { environmentOf, keyOf } from './gc-store.ts';

export interface ManyObjects {
  readonly trees: number;
  /** How many trees an environment needs. */
  readonly needed: number;
  readonly objectsPerTree: number;
}

/** Fills a store with made-up objects, whose bytes are not those of their names: gc does not read them. */
export async function makeManyObjects(root: string, { trees, needed, objectsPerTree }: ManyObjects): Promise<void> {
  const store = await openTestStore(root);
  await store.cache('any');
  const layers: BuiltLayer[] = [];
  for (let number = 0; number < trees; number += 1) {
    const name = `made-up-${number}`;
    const digest = makeTree(root, objectsPerTree);
    const tree = { digest, entries: objectsPerTree + 1, bytes: objectsPerTree };
    await store.layers.put(keyOf(name), { definition: { kind: 'base', ids: testIds, inputs: {} }, parents: [], tree });
    layers.push({ name, key: keyOf(name), tree: digest, entries: tree.entries, bytes: tree.bytes });
  }
  await store.environments.put(environmentOf('1', 'one', layers.slice(0, needed)));
  await store.close();
}

function makeTree(root: string, objects: number) {
  const layout = storeLayout(root);
  const inode = { mode: 0o644, uid: 0, gid: 0, attributes: [] } as const;
  const entries: TreeEntry[] = [{ type: 'directory', path: '', ...inode, mode: 0o755, opaque: false }];
  for (let number = 0; number < objects; number += 1) {
    const object = randomBytes(32).toString('hex') as ObjectId;
    entries.push({ type: 'file', path: String(number).padStart(8, '0'), ...inode, size: 1, object });
    fs.writeFileSync(layout.object(object, '644.0.0'), '');
  }
  const encoded = encodeTree(entries);
  const digest = treeDigest(encoded);
  fs.mkdirSync(layout.tree(digest).replace(/\/[^/]*$/, ''), { recursive: true });
  fs.writeFileSync(layout.tree(digest), encoded);
  return digest;
}
