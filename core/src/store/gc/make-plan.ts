import fs from 'node:fs';
import path from 'node:path';

import type { TreeDigest } from '../../contracts/ids.ts';
import type { GcPlan } from '../../contracts/garbage.ts';
import type { KarapaceError } from '../../errors.ts';
import type { ArchiveRecord } from '../archive-store.ts';
import { oldestLease } from '../lease.ts';
import { metadataClass, PLAIN_CLASS } from '../metadata-class.ts';
import { corruptRecord } from '../record-file.ts';
import type { StoreCore } from '../store-core.ts';
import type { StoreLayout } from '../store-layout.ts';
import { visitObjects } from '../tree-objects.ts';
import { readTree } from '../tree-record.ts';
import { describePlan } from './describe-plan.ts';
import { listArchives, listCheckouts, listLayers, listObjects, listTrees, type Dated } from './list-content.ts';
import { listForGc, type ListedEnvironment } from './list-environments.ts';
import { objectSet, type ObjectSet } from './object-set.ts';
import { findUnreachable, type Unreachable } from './reach.ts';

/** What is to go, and what people are told of it. */
export interface Condemned extends Unreachable {
  readonly checkouts: readonly TreeDigest[];
  /** Objects that are neither in here nor young are to go: a list of them could be long. */
  readonly live: ObjectSet;
  /** From this time on, in nanoseconds, an object's inode change keeps it. */
  readonly youngFrom: bigint;
  /** Any other thing that was touched later than this is in use again. */
  readonly markedAt: bigint;
  readonly plan: GcPlan;
}

/** The clock that gives inodes their times moves in steps, so something may seem a little older than it is. */
const CLOCK_STEP = 20_000_000n;

const SECOND = 1_000_000_000n;

/** Where a lease is of the future, the clock was set back while it was held: nothing tells then what its holder made. */
function youngSince(lease: bigint | undefined, now: bigint): bigint {
  if (lease === undefined) return now - CLOCK_STEP;
  return lease > now + SECOND ? 0n : lease - CLOCK_STEP;
}

/**
 * Finds what nothing needs; changes nothing, and holds nobody up.
 *
 * @param now a file that was just touched, for the file system's time
 * @throws KarapaceError `STORE_CORRUPT` naming what cannot be read or is missing
 */
export async function condemn(core: StoreCore, now: string): Promise<Condemned> {
  const { layout } = core;
  const markedAt = fs.lstatSync(now, { bigint: true }).ctimeNs - CLOCK_STEP;
  const youngFrom = youngSince(oldestLease(layout), markedAt);
  const isYoung = ({ ctimeNs }: Dated<unknown>) => ctimeNs >= youngFrom;
  const environments = await listForGc(core);
  const layers = listLayers(layout);
  const trees = listTrees(layout);
  const archives = listArchives(layout);
  const unreachable = findUnreachable({
    environments,
    layers: mapValues(layers, (each) => ({ tree: each.value.tree.digest, isYoung: isYoung(each) })),
    trees: mapValues(trees, (each) => ({ isYoung: isYoung(each) })),
    archives: mapValues(archives, (each) => ({ isYoung: isYoung(each) })),
  });
  checkPresence(layout, { environments, unreachable, layers, trees, archives });
  const dead = new Set(unreachable.trees);
  const liveTrees = [...trees.keys()].filter((tree) => !dead.has(tree));
  const live = liveObjects(layout, liveTrees);
  const deadArchives = new Set(unreachable.archives);
  const liveArchives = [...archives].filter(([sha256]) => !deadArchives.has(sha256));
  for (const [, { value }] of liveArchives) live.add(value.object, PLAIN_CLASS);
  const objects = deadObjects(layout, live, youngFrom);
  if (objects.kept < live.size) throw missingObject(layout, liveTrees, liveArchives);
  const checkouts = listCheckouts(layout).filter((tree) => dead.has(tree) || !trees.has(tree));
  const plan: GcPlan = {
    ...describePlan({ layout, environments, layers, unreachable, live }),
    trees: unreachable.trees.length,
    checkouts: checkouts.length,
    archives: unreachable.archives.length,
    objects: objects.count,
    bytes: objects.bytes,
  };
  return { ...unreachable, checkouts, live, youngFrom, markedAt, plan };
}

function mapValues<Key, From, To>(map: ReadonlyMap<Key, From>, change: (value: From) => To): ReadonlyMap<Key, To> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

interface Content {
  readonly environments: readonly ListedEnvironment[];
  readonly unreachable: Unreachable;
  readonly layers: ReturnType<typeof listLayers>;
  readonly trees: ReturnType<typeof listTrees>;
  readonly archives: ReturnType<typeof listArchives>;
}

/** Where something that is needed is missing, something else may be wrong as well: not the moment to remove anything. */
function checkPresence(layout: StoreLayout, { environments, unreachable, layers, trees, archives }: Content): void {
  const gone = new Set(unreachable.environments);
  const deadLayers = new Set(unreachable.layers);
  for (const [key, { value }] of layers) {
    if (deadLayers.has(key) || trees.has(value.tree.digest)) continue;
    throw corruptRecord(
      layout.tree(value.tree.digest),
      `the layer \`${key.slice(0, 12)}\` needs it, and it is missing`,
    );
  }
  for (const environment of environments.filter((each) => !gone.has(each.id))) {
    const missing = [
      ...environment.layers.filter((key) => !layers.has(key)).map((key) => layout.layer(key)),
      ...environment.trees.filter((tree) => !trees.has(tree)).map((tree) => layout.tree(tree)),
      ...environment.archives.filter((sha256) => !archives.has(sha256)).map((sha256) => layout.archive(sha256)),
    ];
    const [file] = missing;
    const by = environment.id.slice(0, 12);
    if (file !== undefined) throw corruptRecord(file, `the environment \`${by}\` needs it, and it is missing`);
  }
}

/** @throws KarapaceError `STORE_CORRUPT` naming a tree that cannot be read */
function liveObjects(layout: StoreLayout, trees: readonly TreeDigest[]): ObjectSet {
  const live = objectSet();
  for (const tree of trees) visitObjects(layout, tree, (bytes, reference) => void live.addBytes(bytes, reference));
  return live;
}

interface DeadObjects {
  readonly count: number;
  /** Disk blocks, in bytes. */
  readonly bytes: number;
  /** How many are live. */
  readonly kept: number;
}

function deadObjects(layout: StoreLayout, live: ObjectSet, youngFrom: bigint): DeadObjects {
  // Exact enough beside the step of the clock, and much quicker than with big integers.
  const youngFromMs = Number(youngFrom) / 1e6;
  let count = 0;
  let bytes = 0;
  let kept = 0;
  for (const { id, metadataClass: kind, file } of listObjects(layout)) {
    if (live.has(id, kind)) {
      kept += 1;
      continue;
    }
    const stats = fs.lstatSync(file, { throwIfNoEntry: false });
    if (stats === undefined || stats.ctimeMs >= youngFromMs) continue;
    count += 1;
    bytes += stats.blocks * 512;
  }
  return { count, bytes, kept };
}

/** Looks for it by name only now that one is known to be missing. */
function missingObject(
  layout: StoreLayout,
  liveTrees: readonly TreeDigest[],
  liveArchives: readonly (readonly [string, Dated<ArchiveRecord>])[],
): KarapaceError {
  for (const tree of liveTrees) {
    for (const entry of readTree(layout, tree)) {
      if (entry.type !== 'file' || entry.size === 0) continue;
      const file = layout.object(entry.object, metadataClass(entry));
      if (!fs.existsSync(file))
        return corruptRecord(file, `the tree \`${tree.slice(0, 12)}\` needs it, and it is missing`);
    }
  }
  const [sha256 = ''] =
    liveArchives.find(([, { value }]) => !fs.existsSync(layout.object(value.object, PLAIN_CLASS))) ?? [];
  return corruptRecord(path.join(layout.directory('archives'), sha256), 'its object is missing');
}
