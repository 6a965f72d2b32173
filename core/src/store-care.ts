import type { MigrateResult } from './contracts/store.ts';
import type { Instance } from './instance.ts';

/** What can be done to a store as a whole. */
export interface StoreCare {
  /**
   * Brings the store to the format of this Karapace; what is in it stays.
   *
   * @throws KarapaceError `STORE_VERSION`, `STORE_CORRUPT`, `ENVIRONMENT_BUSY`; nothing has changed then
   */
  migrate(): Promise<MigrateResult>;
}

export function storeCare(root: string, { hooks }: Instance): StoreCare {
  const onWait = (holder: string) => hooks.progressMade.call(`waiting for ${holder}, which changes the store`);

  return {
    async migrate() {
      const { migrateStore } = await import('./store/migrate-store.ts');
      return migrateStore(root, onWait);
    },
  };
}
