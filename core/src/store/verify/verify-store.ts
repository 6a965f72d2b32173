import { setTimeout } from 'node:timers/promises';

import type { IdSpace } from '../../contracts/backend.ts';
import type { Ids, TreeDigest } from '../../contracts/ids.ts';
import type { StoreFinding, VerifyOptions, VerifyReport } from '../../contracts/verify.ts';
import { checkRoot } from '../prepare-root.ts';
import { isStoreThere } from '../store-format.ts';
import { isDigest, OBJECT_SHARDS, storeLayout, type StoreLayout } from '../store-layout.ts';
import { inStore } from '../system-error.ts';
import { printablePath } from '../tree-entry.ts';
import { findAffected } from './affected.ts';
import { openCare, type StoreCareTools } from './care-tools.ts';
import { confirm } from './confirm.ts';
import { addTally, type Found, type Tally } from './found.ts';
import { inspectStore, type InspectedStore } from './inspect-store.ts';
import { describeSnapshot, findSnapshotNeeds } from './snapshot-needs.ts';
import { verifyUnits, type AskUnits } from './verify-units.ts';
import type { VerifyUnit } from './verify-unit.ts';
import { wayOut } from './way-out.ts';

export interface VerifyStoreOptions extends VerifyOptions {
  /** The widest that this machine can give. */
  readonly ids: Ids;
  readonly idSpace: (ids: Ids) => Promise<IdSpace>;
  readonly onWait?: ((holder: string) => void) | undefined;
  /** Milliseconds until what seems damaged is looked at again: somebody may be changing it. Default 250. */
  readonly pause?: number | undefined;
}

const PAUSE = 250;
/** Directories of objects. */
const FIRST = 8;

/**
 * Looks at everything in a store, and changes nothing but what a dead process had decided. Others may use the store
 * meanwhile. Works where the store cannot be opened because of damage.
 *
 * @throws KarapaceError `STORE_FOREIGN`, `STORE_UNREADABLE`, `STORE_UNWRITABLE`, `STORE_FULL`; `STORE_VERSION` where something
 * else is there
 */
export async function verifyStore(root: string, options: VerifyStoreOptions): Promise<VerifyReport> {
  const { report } = await lookAtStore(root, options);
  return report;
}

/** What was found, for people and for a repair. */
export interface StoreLook {
  readonly report: VerifyReport;
  readonly found: readonly Found[];
  readonly inspected: InspectedStore | undefined;
}

export async function lookAtStore(root: string, options: VerifyStoreOptions): Promise<StoreLook> {
  const layout = storeLayout(root);
  return inStore({ root }, async () => {
    if (!checkRoot(root) || !isStoreThere(layout))
      return { report: reportOf({ checked: 0, bytes: 0 }, []), found: [], inspected: undefined };
    await using tools = openCare(layout, options);
    await tools.settle();
    return await look(layout, tools, options);
  });
}

async function look(layout: StoreLayout, tools: StoreCareTools, options: VerifyStoreOptions): Promise<StoreLook> {
  const first = inspectStore(layout);
  const ask: AskUnits = (units) => tools.ask(units, ownersCount(options.ids, first));
  const seen = await verifyUnits(unitsOf(first.trees), ask, options);
  addTally(seen, first.tally);
  if (seen.found.length === 0) return { report: reportOf(seen, []), found: [], inspected: first };
  await setTimeout(options.pause ?? PAUSE, undefined, { signal: options.signal });
  await tools.settle();
  const second = inspectStore(layout);
  const again = await verifyUnits(unitsOfFound(seen.found), ask, { signal: options.signal });
  const found = confirm(seen.found, [...second.tally.found, ...again.found]);
  const affected = findAffected(layout, { graph: second.graph, trees: second.trees, found });
  const needing = findSnapshotNeeds(layout, { graph: second.graph, found });
  const findings = found.map((each) => {
    const snapshots = needing(each).map((owned) => describeSnapshot(owned, second.graph));
    return describe(each, { environments: affected(each), snapshots });
  });
  return { report: reportOf(seen, findings), found, inspected: second };
}

/** In a space of one id, and in trees that were made for one, whatever owner an inode has is id 0. */
function ownersCount(ids: Ids, { hasSingle }: InspectedStore): boolean {
  return ids === 'full' && !hasSingle;
}

function unitsOf(trees: Iterable<TreeDigest>): readonly VerifyUnit[] {
  const shards = OBJECT_SHARDS.map((shard) => `objects/${shard}`);
  // The first tell whether it takes long. A tree takes as long as many of them, so no thread may be left with one at the end.
  return [...shards.slice(0, FIRST), ...[...trees].map(treeUnit), ...shards.slice(FIRST)];
}

function treeUnit(tree: TreeDigest): VerifyUnit {
  return `trees/${tree.slice(0, 2)}/${tree.slice(2)}`;
}

/** What has to be looked at to find the same again. */
function unitsOfFound(found: readonly Found[]): readonly VerifyUnit[] {
  const units = found.flatMap(({ file, by }) => {
    const [top, name = ''] = file.split('/');
    if (by !== undefined) return [treeUnit(by)];
    if (top === 'checkouts' && isDigest(name)) return [treeUnit(name as TreeDigest)];
    const isUnit = top === 'objects' || (top === 'trees' && isDigest(file.slice('trees/'.length).replace('/', '')));
    return isUnit ? [file] : [];
  });
  return [...new Set(units)];
}

interface Concerned {
  readonly environments: StoreFinding['environments'];
  /** For people; only where nothing else needs it. */
  readonly snapshots: readonly string[];
}

function describe(found: Found, { environments, snapshots }: Concerned): StoreFinding {
  const { file, part, problem } = found;
  const otherwise = environments.length > 0 ? 'environment' : 'nothing';
  const fix = wayOut(found, snapshots.length > 0 ? 'snapshot' : otherwise);
  const reason = [found.reason, ...snapshots.map((each) => `${each} needs it`)].join('; ');
  return { file: printablePath(file).slice(1), part, problem, reason, environments, fix };
}

function reportOf({ checked, bytes }: Omit<Tally, 'found'>, findings: readonly StoreFinding[]): VerifyReport {
  const absent = findings.filter(({ problem }) => problem === 'missing' || problem === 'foreign').length;
  const unreadable = findings.filter(({ problem }) => problem === 'unreadable').length;
  const failed = findings.length - unreadable;
  const all = checked + absent;
  return { checked: all, passed: all - findings.length, failed, unreadable, bytes, findings };
}
