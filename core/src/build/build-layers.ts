import type PQueue from 'p-queue';

import type { BuiltLayer, Layer } from '../contracts/lock.ts';

/** Builds one layer on top of its finished parents, nearest first. */
export type BuildLayer = (layer: Layer, parents: readonly BuiltLayer[], signal: AbortSignal) => Promise<BuiltLayer>;

export interface Scheduler {
  /** Takes a slot while a layer is built; waiting for parents holds none, so no width can deadlock. */
  readonly queue: PQueue;
  readonly build: BuildLayer;
  /** Layers of the plan that are there already. */
  readonly built: readonly BuiltLayer[];
  readonly signal: AbortSignal;
}

/**
 * Builds every layer of a plan once, parents first, and gives them in the plan's order.
 *
 * The first failure cancels what has not finished; it is thrown after everything has come to rest.
 */
export async function buildLayers(layers: readonly Layer[], scheduler: Scheduler): Promise<readonly BuiltLayer[]> {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const started = new Map(scheduler.built.map((layer) => [layer.name, Promise.resolve(layer)]));
  const failed = new AbortController();
  const signal = AbortSignal.any([scheduler.signal, failed.signal]);

  const start = (name: string): Promise<BuiltLayer> => {
    const running = started.get(name) ?? afterParents(find(byName, name));
    started.set(name, running);
    return running;
  };
  const afterParents = async (layer: Layer): Promise<BuiltLayer> => {
    const parents = await Promise.all(layer.parents.map(start));
    return scheduler.queue.add(() => scheduler.build(layer, parents, signal), { signal });
  };

  const built = layers.map(({ name }) => start(name));
  try {
    return await Promise.all(built);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(built);
    throw scheduler.signal.aborted ? scheduler.signal.reason : error;
  }
}

function find(layers: ReadonlyMap<string, Layer>, name: string): Layer {
  const layer = layers.get(name);
  if (layer === undefined) throw new TypeError(`A layer names \`${name}\` as its parent, which is not in the plan`);
  return layer;
}
