import type { BuiltLayer, Layer } from '../contracts/lock.ts';
import { allOrNone } from './all-or-none.ts';

/** A layer that is in the store now. */
export interface TakenLayer extends BuiltLayer {
  /** It was there, or was just built for somebody else. */
  readonly reused: boolean;
}

/** Builds one layer on top of its finished parents, nearest first. */
export type BuildLayer = (layer: Layer, parents: readonly BuiltLayer[], signal: AbortSignal) => Promise<TakenLayer>;

export interface Plan {
  readonly layers: readonly Layer[];
  /** Those of them that are there already. */
  readonly built: readonly TakenLayer[];
}

/**
 * Builds every layer of a plan once, each as soon as its parents are there, and gives them in the plan's order.
 *
 * The first failure cancels what has not finished; it is thrown after everything has come to rest.
 */
export async function buildLayers(
  { layers, built }: Plan,
  build: BuildLayer,
  outside: AbortSignal,
): Promise<readonly TakenLayer[]> {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const started = new Map(built.map((layer) => [layer.name, Promise.resolve(layer)]));

  return allOrNone(outside, (signal) => {
    const start = (name: string): Promise<TakenLayer> => {
      const running = started.get(name) ?? afterParents(find(byName, name));
      started.set(name, running);
      return running;
    };
    const afterParents = async (layer: Layer): Promise<TakenLayer> => {
      const parents = await Promise.all(layer.parents.map(start));
      signal.throwIfAborted();
      return build(layer, parents, signal);
    };
    return layers.map(({ name }) => start(name));
  });
}

function find(layers: ReadonlyMap<string, Layer>, name: string): Layer {
  const layer = layers.get(name);
  if (layer === undefined) throw new TypeError(`A layer names \`${name}\` as its parent, which is not in the plan`);
  return layer;
}
