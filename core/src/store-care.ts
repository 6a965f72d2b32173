import type { GcOptions, GcPlan, MigrateResult } from './contracts/store.ts';
import { DEFAULT_BACKEND, type Instance } from './instance.ts';

/** What can be done to a store as a whole. */
export interface StoreCare {
  /**
   * Removes what nothing needs.
   *
   * @throws KarapaceError `STORE_CORRUPT` where something cannot be read: nothing is removed then
   */
  gc(options?: GcOptions): Promise<GcPlan>;
  /**
   * Brings the store to the format of this Karapace; what is in it stays.
   *
   * @throws KarapaceError `STORE_VERSION`, `STORE_CORRUPT`, `ENVIRONMENT_BUSY`; nothing has changed then
   */
  migrate(): Promise<MigrateResult>;
}

export function storeCare(root: string, { hooks, store }: Instance): StoreCare {
  const onWait = (holder: string) => hooks.progressMade.call(`waiting for ${holder}, which changes the store`);

  return {
    gc: async (options = {}) => (await store(DEFAULT_BACKEND)).gc(options),
    async migrate() {
      const { migrateStore } = await import('./store/migrate-store.ts');
      return migrateStore(root, onWait);
    },
  };
}
