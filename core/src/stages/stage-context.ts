import type { SharedWork } from '../build/shared-work.ts';
import type { Scheduler } from '../build/scheduler.ts';
import type { ImagePin } from '../contracts/lock.ts';
import type { Store } from '../contracts/store.ts';
import type { Hooks } from '../plugin/hooks.ts';

/** What every stage is given beside its input. */
export interface StageContext {
  readonly hooks: Hooks;
  readonly store: Store;
  /** The project's. */
  readonly directory: string;
  readonly scheduler: Scheduler;
  /** Pins of images, shared by all who would pin the same. */
  readonly images: SharedWork<ImagePin>;
  readonly offline: boolean;
  readonly signal: AbortSignal;
}
