import type { LayerKey } from './contracts/ids.ts';
import type { Store } from './contracts/store.ts';
import type { Hooks } from './plugin/hooks.ts';

/** What the parts of an instance share. */
export interface Instance {
  readonly hooks: Hooks;
  /** Layers that this instance built rather than found. */
  readonly builtLayers: ReadonlySet<LayerKey>;
  /** Loads what is not loaded yet. */
  readonly addPlugins: (specifiers: readonly unknown[], directory: string) => Promise<void>;
  readonly store: (backend: string) => Promise<Store>;
}

/** Reads work the same whichever backend made the trees. */
export const DEFAULT_BACKEND = 'namespace';
