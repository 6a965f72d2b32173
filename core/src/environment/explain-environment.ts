import { recallBuildTime, recallLastBuild } from './build-history.ts';
import type {
  EnvironmentComparison,
  ExplainedEnvironment,
  ExplainedLayer,
  InputDifference,
  LayerComparison,
  LayerGraph,
} from '../contracts/explanation.ts';
import type { BuiltLayer } from '../contracts/lock.ts';
import type { Store, StoredLayer } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';
import { findEnvironment } from './find-environment.ts';
import type { Instance } from '../instance.ts';
import { compareInputs } from '../layers/compare-inputs.ts';
import { compareLayers } from '../layers/compare-layers.ts';
import { directParents } from '../layers/direct-parents.ts';
import { nameParents } from '../layers/name-parents.ts';

/** What environments are made of, and because of what. Each is found by name, identity or unique prefix. */
export interface EnvironmentExplanations {
  /**
   * Everything that each layer's key was made of.
   *
   * @throws KarapaceError `STORE_CORRUPT` where the store does not have the record of a layer
   */
  explain(reference: string): Promise<ExplainedEnvironment>;
  /** Which layers differ from one environment to another, and because of what; throws as `explain`. */
  compare(before: string, after: string): Promise<EnvironmentComparison>;
  /** Which layer stands on which, and what is remembered of their builds; throws as `explain`. */
  graph(reference: string): Promise<LayerGraph>;
}

export function environmentExplanations(instance: Instance): EnvironmentExplanations {
  const explain = async (reference: string): Promise<ExplainedEnvironment & { readonly store: Store }> => {
    const { environment, store } = await findEnvironment(reference, instance);
    return { environment, layers: await explainLayers(environment.layers, store), store };
  };
  return {
    async explain(reference) {
      const { environment, layers } = await explain(reference);
      return { environment, layers };
    },
    async compare(before, after) {
      const [left, right] = [await explain(before), await explain(after)];
      return {
        before: left.environment,
        after: right.environment,
        layers: await withPaths(compareLayers(left.layers, right.layers), right.store),
        intent: compareInputs(left.environment.lock.intent, right.environment.lock.intent),
      };
    },
    async graph(reference) {
      return graphOf(await explain(reference));
    },
  };
}

/** Paths shown per layer. */
const MAX_PATHS = 20;

async function withPaths(
  layers: readonly LayerComparison[],
  { trees }: Pick<Store, 'trees'>,
): Promise<readonly LayerComparison[]> {
  const looked = layers.map(async (layer) => {
    const { before, after, hasSameBytes, differences } = layer;
    if (before === undefined || after === undefined || hasSameBytes || !differences.some(isOfTrees)) return layer;
    return { ...layer, paths: await trees.compare(before.tree, after.tree, MAX_PATHS) };
  });
  return Promise.all(looked);
}

/** Of an item that is copied, only the digest of its tree is an input. */
function isOfTrees({ before, after }: InputDifference): boolean {
  const isTree = (item: unknown): boolean => typeof item === 'object' && item !== null && 'tree' in item;
  return isTree(before) && isTree(after);
}

async function graphOf({
  environment,
  layers,
  store: { memos },
}: ExplainedEnvironment & { readonly store: Store }): Promise<LayerGraph> {
  const built = await recallLastBuild(environment.env_id, memos);
  const parents = directParents(layers.map((layer) => ({ name: layer.name, parents: knownParents(layer) })));
  const nodes = layers.map(async ({ name, key, tree, entries, bytes, definition }) => ({
    ...{ name, key, tree, entries, bytes, kind: definition.kind },
    parents: parents.get(name) ?? [],
    lastBuild: built === null ? null : built.has(key) ? ('built' as const) : ('reused' as const),
    buildMilliseconds: await recallBuildTime(key, memos),
  }));
  return { environment, layers: await Promise.all(nodes) };
}

function knownParents({ parents }: ExplainedLayer): readonly string[] {
  return parents.flatMap(({ name }) => name ?? []);
}

/**
 * @param layers bottom first
 * @throws KarapaceError `STORE_CORRUPT` where the store does not have the record of a layer
 */
export async function explainLayers(
  layers: readonly BuiltLayer[],
  store: Pick<Store, 'layers'>,
): Promise<readonly ExplainedLayer[]> {
  const read = layers.map(async (layer) => {
    const { definition, parents } = (await store.layers.read(layer.key)) ?? unknown(layer);
    return { ...layer, definition, parents };
  });
  return nameParents(await Promise.all(read));
}

function unknown({ name, key }: BuiltLayer): StoredLayer {
  throw new KarapaceError('STORE_CORRUPT', `The store does not say what the layer \`${name}\` was made of`, {
    hint: 'Run `karapace verify-store --repair`, or build the environment again.',
    cause: new Error(`there is no record of the layer ${key}`),
  });
}
