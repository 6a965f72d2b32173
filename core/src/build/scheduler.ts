import PQueue from 'p-queue';

import type { BuiltLayer, ImagePin } from '../contracts/lock.ts';
import type { Hooks } from '../plugin/hooks.ts';
import { createArchiveFetcher, type ArchiveFetcher } from './archive-fetcher.ts';
import { sharedWork, type SharedWork } from './shared-work.ts';

/** Sandboxes that run at once. */
const DEFAULT_JOBS = 2;
/** Downloads that run at once. */
const NETWORK_WIDTH = 8;
/** Trees that are kept at once: one that is hashed and written, and the next. */
const DISK_WIDTH = 2;

/**
 * How much of each kind is done at once. Nothing takes a slot while it has another, or while it waits for a layer, so
 * that no width can deadlock.
 */
export interface Slots {
  /** Whatever runs in sandboxes. */
  readonly cpu: PQueue;
  readonly network: PQueue;
  readonly disk: PQueue;
}

/** What all builds of one call share. Disposal ends what still runs. */
export interface Scheduler extends AsyncDisposable {
  readonly slots: Slots;
  /** By layer key: whether it was built or found, and what. */
  readonly layers: SharedWork<{ readonly layer: Omit<BuiltLayer, 'name'>; readonly isBuilt: boolean }>;
  readonly fetcher: ArchiveFetcher;
  /** Pins of images, for those who have the same plugins. */
  images(plugins: object): SharedWork<ImagePin>;
}

export interface SchedulerOptions {
  /** Sandboxes that run at once; default 2. */
  readonly jobs?: number | undefined;
  readonly offline: boolean;
  readonly hooks: Pick<Hooks, 'downloadProgressed'>;
}

export function openScheduler({ jobs = DEFAULT_JOBS, offline, hooks }: SchedulerOptions): Scheduler {
  const slots = {
    cpu: new PQueue({ concurrency: jobs }),
    network: new PQueue({ concurrency: NETWORK_WIDTH }),
    disk: new PQueue({ concurrency: DISK_WIDTH }),
  };
  const images = new Map<object, SharedWork<ImagePin>>();
  const fetcher = createArchiveFetcher({ network: slots.network, offline, hooks });
  return {
    slots,
    fetcher,
    layers: sharedWork(),
    images(plugins) {
      const known = images.get(plugins) ?? sharedWork();
      images.set(plugins, known);
      return known;
    },
    [Symbol.asyncDispose]: () => fetcher[Symbol.asyncDispose](),
  };
}
