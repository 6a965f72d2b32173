import type { Store } from '../contracts/store.ts';
import type { Hooks } from '../plugin/hooks.ts';

/** What every stage is given beside its input. */
export interface StageContext {
  readonly hooks: Hooks;
  readonly store: Store;
  /** The project's. */
  readonly directory: string;
  readonly offline: boolean;
  readonly signal: AbortSignal;
}
