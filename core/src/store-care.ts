import type { Check } from './contracts/backend.ts';
import type { Ids } from './contracts/ids.ts';
import type { GcOptions, GcPlan } from './contracts/garbage.ts';
import type { MigrateResult } from './contracts/store.ts';
import type { VerifyOptions, VerifyReport } from './contracts/verify.ts';
import { DEFAULT_BACKEND, type Instance } from './instance.ts';
import { openBackend } from './plugin/open-plugins.ts';

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
  /**
   * Looks whether everything in the store is what was written, while others use it. Damage is in the report, not an error. With
   * `repair` it moves away what is damaged, and makes again what environments need and their locks still pin.
   *
   * @throws KarapaceError `STORE_FOREIGN`, `STORE_UNREADABLE`, `STORE_UNWRITABLE`, `STORE_FULL`, `NAMESPACE_DENIED`
   */
  verify(options?: VerifyOptions): Promise<VerifyReport>;
  /**
   * Looks quickly whether the store is well: its format, changes that are not finished, records, and sessions that nobody waits
   * for. Changes nothing; for what `verify` would find in files and trees it does not look.
   *
   * @throws KarapaceError `STORE_UNREADABLE`
   */
  checkStore(): Promise<readonly Check[]>;
}

export function storeCare(root: string, instance: Instance): StoreCare {
  const { hooks, store } = instance;
  const onWait = (holder: string) => hooks.waitStarted.call(`waiting for ${holder}, which changes the store`);

  return {
    gc: async (options = {}) => (await store(DEFAULT_BACKEND)).gc(options),
    async migrate() {
      const { migrateStore } = await import('./store/migrate-store.ts');
      return migrateStore(root, onWait);
    },
    async verify(options = {}) {
      const backend = await openBackend(hooks, DEFAULT_BACKEND);
      const { ids } = await backend.capabilities();
      const care = { ...options, ids, idSpace: (wanted: Ids) => backend.idSpace(wanted), onWait };
      if (options.repair === true) return (await import('./repair-store.ts')).repairStore(root, care, instance);
      return (await import('./store/verify/verify-store.ts')).verifyStore(root, care);
    },
    checkStore: async () => (await import('./store/health/check-store.ts')).checkStore(root),
  };
}
