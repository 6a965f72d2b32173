import type { EnvIdentity } from '../../contracts/ids.ts';
import type { BuiltLayer, LockFile } from '../../contracts/lock.ts';
import type { RepairReport } from '../../contracts/verify.ts';
import { openStoreCore, type StoreCore } from '../store-core.ts';
import { storeLayout } from '../store-layout.ts';
import { inStore } from '../system-error.ts';
import { findAffected } from '../verify/affected.ts';
import type { CareOptions } from '../verify/care-tools.ts';
import type { StoreLook } from '../verify/verify-store.ts';
import { dressUppers } from './dress-uppers.ts';
import { loseSnapshots } from './lose-snapshots.ts';
import { repairContent } from './repair-content.ts';
import { repairEnvironments } from './repair-environments.ts';
import { repairLog } from './repair-log.ts';
import { repairPlaces } from './repair-places.ts';
import { readWholeRecords, rewriteEnvironment, rewriteLock, type WholeRecords } from './rewrite-environment.ts';

/**
 * Mends the files of a store, after looks at it. Every step leaves the store such that a look finds what is still to be
 * done, so a repair that is stopped is finished by the next one.
 */
export interface StoreRepair extends AsyncDisposable {
  /** Moves away what is damaged, and makes what needs nothing but the store. */
  mend(look: StoreLook): Promise<void>;
  /** Moves away snapshots that miss what could not be made again; gives how many. */
  loseSnapshots(look: StoreLook): Promise<number>;
  records(id: EnvIdentity): WholeRecords;
  rewriteLock(lock: LockFile): Promise<void>;
  rewriteEnvironment(id: EnvIdentity, layers: readonly BuiltLayer[]): Promise<void>;
  /** Lets uppers that were made show the root of their layers, as soon as these are whole. */
  dressUppers(): Promise<void>;
  /** What was done so far. */
  report(): Pick<RepairReport, 'damaged' | 'moved' | 'made' | 'lost'>;
}

export function openRepair(root: string, options: CareOptions): StoreRepair {
  const layout = storeLayout(root);
  const log = repairLog(layout);
  let opened: StoreCore | undefined;
  // Only what was mended can be opened.
  const core = (): StoreCore => (opened ??= openStoreCore(root, options));
  const guarded = <T>(action: () => Promise<T>): Promise<T> => inStore({ root }, action);

  return {
    mend: ({ found, inspected }) =>
      guarded(async () => {
        if (inspected === undefined) return;
        await repairPlaces(layout, found, { log, onWait: options.onWait });
        const affected = findAffected(layout, { graph: inspected.graph, trees: inspected.trees, found });
        const isNeeded = (each: (typeof found)[number]): boolean => affected(each).length > 0;
        repairContent(layout, { found, inspected, isNeeded }, log);
        await core().alone((place) => repairEnvironments(place, { found, inspected }, log));
      }),
    loseSnapshots: ({ found, inspected }) =>
      guarded(async () =>
        inspected === undefined ? 0 : core().alone((place) => loseSnapshots(place, { found, inspected }, log)),
      ),
    records: (id) => readWholeRecords(layout, id),
    rewriteLock: (lock) => guarded(() => core().alone((place) => rewriteLock(place, lock, log))),
    rewriteEnvironment: (id, layers) =>
      guarded(() => core().alone((place) => rewriteEnvironment(place, { id, layers }, log))),
    dressUppers: () => guarded(() => dressUppers(core(), log)),
    report: () => ({
      damaged: log.aside.place(),
      moved: log.aside.moved,
      made: [...new Set(log.made)],
      lost: log.lost,
    }),
    async [Symbol.asyncDispose]() {
      await opened?.close();
    },
  };
}
