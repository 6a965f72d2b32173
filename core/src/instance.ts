import type { PolicyPlaces } from './contracts/policy.ts';
import type { Store } from './contracts/store.ts';
import type { Hooks } from './plugin/hooks.ts';

/** What the parts of an instance share. */
export interface Instance {
  readonly hooks: Hooks;
  /** The same for instances that have the same plugins. */
  readonly plugins: object;
  /** Loads what is not loaded yet: what comes with the instance for builds, then these. */
  readonly addPlugins: (specifiers: readonly unknown[], directory: string) => Promise<void>;
  readonly policies: PolicyPlaces;
  readonly store: (backend: string) => Promise<Store>;
  /** An instance for one project of several: plugins that it adds have no say in the others. */
  readonly fork: () => Instance & AsyncDisposable;
}

/** Reads work the same whichever backend made the trees. */
export const DEFAULT_BACKEND = 'namespace';
