import fs from 'node:fs';
import path from 'node:path';

import type { Karapace, TreeDigest } from '@karapace/core';

import { hashFile } from '../../core/src/store/hash-file.ts';
import { byteString } from '../../core/src/store/system-path.ts';
import { digestTree } from '../../core/src/store/consume-tree.ts';
import { metadataClass } from '../../core/src/store/metadata-class.ts';
import { storeLayout } from '../../core/src/store/store-layout.ts';
import { readTree } from '../../core/src/store/tree-record.ts';
import { openTreeWorkshop } from '../../core/src/store/tree-workshop.ts';
import type { Place } from './place.ts';

/** What is wrong with what a store's environments and snapshots need, and with what its names promise. */
export async function checkContent(karapace: Karapace, { store, directory }: Place): Promise<readonly string[]> {
  const layout = storeLayout(store);
  const problems: string[] = [];
  const trees = new Set<TreeDigest>();
  for (const { env_id, layers, names } of await karapace.list()) {
    for (const { key, tree } of layers) {
      trees.add(tree);
      if (!fs.existsSync(layout.layer(key))) problems.push(`the layer ${key} of ${names.join()} is missing`);
    }
    for (const { tree } of await karapace.snapshots(env_id)) trees.add(tree);
  }
  const listed = (name: string) => fs.readdirSync(path.join(store, name), { recursive: true, encoding: 'utf8' });
  const objects = fs.existsSync(path.join(store, 'objects')) ? listed('objects').filter((name) => name.length > 3) : [];
  for (const object of objects) {
    const [name = ''] = object.replace('/', '').split('.');
    const file = path.join(store, 'objects', object);
    if (hashFile(byteString(file), fs.statSync(file).size) !== name)
      problems.push(`the object ${object} has other bytes`);
  }
  const known = new Set(objects);
  for (const tree of trees) {
    for (const entry of readTree(layout, tree)) {
      if (entry.type !== 'file' || entry.size === 0) continue;
      const object = path.relative(path.join(store, 'objects'), layout.object(entry.object, metadataClass(entry)));
      if (!known.has(object)) problems.push(`the object ${object} of ${tree} is missing`);
    }
  }
  const checkouts = path.join(store, 'checkouts');
  const staging = path.join(directory, 'beside');
  for (const tree of fs.existsSync(checkouts) ? fs.readdirSync(checkouts) : []) {
    const workshop = openTreeWorkshop({ root: store, ids: 'single', staging });
    const { digest } = await digestTree(path.join(checkouts, tree), workshop);
    if (digest !== tree) problems.push(`the checkout ${tree} is ${digest}`);
  }
  return problems;
}
