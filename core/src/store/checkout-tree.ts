import fs from 'node:fs';
import path from 'node:path';

import type { TreeDigest } from '../contracts/ids.ts';
import { buildTree } from './build-tree.ts';
import { removeTree } from './remove-tree.ts';
import { withoutSweep } from './sweep-lock.ts';
import { syncDirectory, syncFileSystemNow } from './sync-disk.ts';
import { byteString } from './system-path.ts';
import { readTree } from './tree-record.ts';
import type { TreeWorkshop } from './tree-workshop.ts';

/**
 * Makes the directory of a tree from objects, each verified before it is linked.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the tree or object that is missing or damaged
 */
export function checkoutTree(tree: TreeDigest, workshop: TreeWorkshop): void {
  const { layout } = workshop;
  const checkout = layout.checkout(tree);
  if (fs.existsSync(checkout)) return;
  withoutSweep(layout, () => makeCheckout(tree, workshop));
}

function makeCheckout(tree: TreeDigest, workshop: TreeWorkshop): void {
  const { layout, staging, objects } = workshop;
  const checkout = layout.checkout(tree);
  const entries = readTree(layout, tree);
  const directory = path.join(staging, `checkout-${tree}`);
  try {
    buildTree(byteString(directory), entries, {
      workshop,
      placeFile: (entry, location) => objects.withdraw(entry, location),
    });
    syncFileSystemNow(layout.root);
    if (!fs.existsSync(checkout)) fs.renameSync(directory, checkout);
    syncDirectory(path.dirname(checkout));
  } finally {
    removeTree(byteString(directory));
  }
}
