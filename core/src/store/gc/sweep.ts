import fs from 'node:fs';

import type { TreeDigest } from '../../contracts/ids.ts';
import { discardedPlace } from '../journal/apply-steps.ts';
import type { StoreLayout } from '../store-layout.ts';
import { removeFile } from '../remove-file.ts';
import { sweepAlone } from '../sweep-lock.ts';
import { syncDirectory, syncFileSystemNow } from '../sync-disk.ts';
import { hasCode } from '../system-error.ts';
import { listShards, objectOf } from './list-content.ts';
import type { Condemned } from './make-plan.ts';
import type { Removed } from './removed.ts';

/** Somebody took something into use that was condemned: everything has to be looked at again. */
export class TakenIntoUse extends Error {}

/** Removals in one go; others wait no longer than that. */
const SLICE = 1_000;

export interface SweepOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onWait: ((holder: string) => void) | undefined;
  readonly removed: Removed;
  /** Called with directories below `tmp/` that may be removed. */
  readonly onDiscarded: (directory: string) => void;
}

/**
 * Removes what is condemned, what needs something before what it needs; each slice while nobody relies on what he finds,
 * and only what was not touched since it was marked.
 *
 * @throws TakenIntoUse
 */
export async function sweep(layout: StoreLayout, condemned: Condemned, options: SweepOptions): Promise<void> {
  const { markedAt, layers, trees, checkouts, archives } = condemned;
  const { removed } = options;
  const slices = slicer(layout, options);
  const removeUntouched = (file: string): boolean => {
    if (isTouched(file, markedAt)) throw new TakenIntoUse(file);
    return removeFile(file);
  };

  await slices(layers, (key) => {
    if (removeUntouched(layout.layer(key))) removed.ids.add(key);
  });
  if (layers.length > 0) syncDirectory(layout.directory('layers'));
  await slices([...new Set([...checkouts, ...trees])], (tree) => {
    if (isTouched(layout.tree(tree), markedAt)) throw new TakenIntoUse(tree);
    if (discardCheckout(layout, tree, options.onDiscarded)) removed.checkouts += 1;
    if (removeFile(layout.tree(tree))) removed.trees += 1;
  });
  await slices(archives, (sha256) => {
    if (removeUntouched(layout.archive(sha256))) removed.archives += 1;
  });
  // Nothing may come back after a power cut that needs an object which does not.
  if (trees.length + checkouts.length + archives.length > 0) syncFileSystemNow(layout.root);
  await sweepObjects(layout, condemned, { slices, removed });
}

type Slices = <T>(items: readonly T[], action: (item: T) => void) => Promise<void>;

function slicer(layout: StoreLayout, { signal, onWait }: SweepOptions): Slices {
  return async (items, action) => {
    for (let start = 0; start < items.length; start += SLICE) {
      signal?.throwIfAborted();
      const slice = items.slice(start, start + SLICE);
      await sweepAlone(layout, () => slice.forEach(action), onWait);
    }
  };
}

interface ObjectSweep {
  readonly slices: Slices;
  readonly removed: Removed;
}

/** An object that somebody links is younger than its mark, and stays. */
async function sweepObjects(
  layout: StoreLayout,
  { live, youngFrom }: Condemned,
  { slices, removed }: ObjectSweep,
): Promise<void> {
  const youngFromMs = Number(youngFrom) / 1e6;
  for (const shard of listShards(layout)) {
    const dead = shard.names.filter((name) => {
      const { id, metadataClass } = objectOf(shard, name);
      return !live.has(id, metadataClass);
    });
    await slices(dead, (name) => {
      const file = `${shard.directory}/${name}`;
      const stats = fs.lstatSync(file, { throwIfNoEntry: false });
      if (stats === undefined || stats.ctimeMs >= youngFromMs || !removeFile(file)) return;
      removed.objects += 1;
      removed.bytes += stats.blocks * 512;
    });
  }
}

function isTouched(file: string, markedAt: bigint): boolean {
  const stats = fs.lstatSync(file, { bigint: true, throwIfNoEntry: false });
  return stats !== undefined && stats.ctimeNs >= markedAt;
}

/** A rename, so that whoever is stopped leaves no half of it. */
function discardCheckout(layout: StoreLayout, tree: TreeDigest, onDiscarded: (directory: string) => void): boolean {
  const checkout = layout.checkout(tree);
  const place = discardedPlace(layout);
  if (!fs.existsSync(checkout)) return false;
  try {
    fs.renameSync(checkout, place);
  } catch (error) {
    // A tree whose root even its owner may not write to cannot be moved by an ordinary user.
    if (!hasCode(error, 'EACCES')) throw error;
    fs.chmodSync(checkout, 0o700);
    fs.renameSync(checkout, place);
  }
  onDiscarded(place);
  return true;
}
