import fs from 'node:fs';
import path from 'node:path';

import type { TreeDigest } from '../../contracts/ids.ts';
import { KarapaceError } from '../../errors.ts';
import { metadataClass } from '../metadata-class.ts';
import type { StoreLayout } from '../store-layout.ts';
import type { TreeEntry } from '../tree-entry.ts';
import { decodeTree } from '../tree-encoding.ts';
import { readTreeBytes } from '../tree-record.ts';
import { checkCheckout } from './check-checkout.ts';
import type { ObjectTools } from './check-object.ts';
import { problemOf, type Tally } from './found.ts';
import { isThere } from './inspection.ts';

export interface TreeTools extends ObjectTools {
  readonly layout: StoreLayout;
}

/** Looks at a tree's record, for its objects, and at its checkout if it has one. */
export function checkTreeFile(tally: Tally, digest: TreeDigest, tools: TreeTools): void {
  const file = `trees/${digest.slice(0, 2)}/${digest.slice(2)}`;
  try {
    const bytes = readTreeBytes(tools.layout, digest);
    // Who needs it says that it is missing.
    if (bytes === undefined) return;
    tally.bytes += bytes.length;
    const entries = decodeTree(bytes);
    const inodes = checkReferences(tally, entries, { digest, tools });
    checkCheckout(tally, { digest, entries, inodes }, tools);
  } catch (error) {
    const damage = damageOf(error);
    tally.found.push({ file, part: 'tree', ...(damage === undefined ? problemOf(error) : damage) });
  }
  tally.checked += 1;
}

function damageOf(error: unknown) {
  if (error instanceof RangeError) return { problem: 'damaged', reason: error.message } as const;
  if (!(error instanceof KarapaceError)) return undefined;
  return { problem: 'damaged', reason: error.message.replace(/^The tree `[0-9a-f]+` is damaged: /, '') } as const;
}

interface TreeLook {
  readonly digest: TreeDigest;
  readonly tools: TreeTools;
}

/** Finds the objects that are missing; gives the inode of each entry's object, 0 where there is none or no checkout needs it. */
function checkReferences(tally: Tally, entries: readonly TreeEntry[], { digest, tools }: TreeLook): BigUint64Array {
  const { layout } = tools;
  const inodes = new BigUint64Array(entries.length);
  const missing = new Set<string>();
  const hasCheckout = isThere(layout.checkout(digest));
  entries.forEach((entry, index) => {
    if (entry.type !== 'file' || entry.size === 0) return;
    const object = layout.object(entry.object, metadataClass(entry));
    // Measured: half the time.
    if (!hasCheckout && fs.existsSync(object)) return;
    const inode = fs.lstatSync(object, { bigint: true, throwIfNoEntry: false })?.ino;
    if (inode === undefined) missing.add(path.relative(layout.root, object));
    else inodes[index] = inode;
  });
  const reason = `the tree \`${digest.slice(0, 12)}\` needs it, and it is missing`;
  for (const file of missing) tally.found.push({ file, part: 'object', problem: 'missing', reason, by: digest });
  return inodes;
}
