import fs from 'node:fs';
import path from 'node:path';

import type { TreeDigest } from '../contracts/ids.ts';
import { buildTree } from './build-tree.ts';
import { metadataClass } from './metadata-class.ts';
import { removeTree } from './remove-tree.ts';
import { storeLayout } from './store-layout.ts';
import { withoutSweepUntil } from './sweep-lock.ts';
import { syncDirectory, syncFileSystemNow } from './sync-disk.ts';
import { byteString } from './system-path.ts';
import { readTree } from './tree-record.ts';
import type { FileEntry, TreeEntry } from './tree-entry.ts';
import type { TreeWorkshop } from './tree-workshop.ts';

/**
 * Makes the directory of a tree from objects, each of which is verified before the directory has its name.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the tree or object that is missing or damaged
 */
export async function checkoutTree(tree: TreeDigest, workshop: TreeWorkshop): Promise<void> {
  const { layout } = workshop;
  const checkout = layout.checkout(tree);
  if (fs.existsSync(checkout)) return;
  await withoutSweepUntil(layout, () => makeCheckout(tree, workshop));
}

async function makeCheckout(tree: TreeDigest, workshop: TreeWorkshop): Promise<void> {
  const { layout, staging, objects } = workshop;
  const checkout = layout.checkout(tree);
  const entries = readTree(layout, tree);
  const directory = path.join(staging, `checkout-${tree}`);
  const verify = await startVerifying(entries.filter(hasObject), workshop);
  try {
    buildTree(byteString(directory), entries, {
      workshop,
      placeFile: (entry, location) => objects.withdraw(entry, location),
    });
    await verify();
    syncFileSystemNow(layout.root);
    if (!fs.existsSync(checkout)) fs.renameSync(directory, checkout);
    syncDirectory(path.dirname(checkout));
  } finally {
    removeTree(byteString(directory));
  }
}

function hasObject(entry: TreeEntry): entry is FileEntry {
  return entry.type === 'file' && entry.size > 0;
}

/** Measured: below this, a thread saves less than its start costs. */
const MANY = { files: 1000, bytes: 64 * 1024 * 1024 };
/** As units of work are named. */
const RELATIVE = storeLayout('');

/** Has another thread look at many objects, while this one makes links to them; what is not whole is then looked at again, and named. */
async function startVerifying(files: readonly FileEntry[], workshop: TreeWorkshop): Promise<() => Promise<void>> {
  const { layout, ids, staging, objects } = workshop;
  const checkAll = (): void => files.forEach((entry) => objects.check(entry));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (files.length < MANY.files && bytes < MANY.bytes) return async () => checkAll();
  const { verifyBeside } = await import('./verify/verify-crew.ts');
  const units = [...new Set(files.map((entry) => RELATIVE.object(entry.object, metadataClass(entry))))];
  process.chdir(layout.root);
  const finish = verifyBeside({ root: '.', owners: ids === 'full', staging }, units);
  return async () => {
    const { checked, found } = await finish();
    if (found.length > 0 || checked !== units.length) checkAll();
  };
}
