import { buildLayers, type Plan, type TakenLayer } from '../build/build-layers.ts';
import { checkLayers, type LayerDifference } from '../build/check-layers.ts';
import { createLayerBuilder, type LayerBuilderOptions } from '../build/layer-builder.ts';
import { baseRecipe, filesRecipe, packagesRecipe, runRecipe, type LayerRecipe } from '../build/layer-recipe.ts';
import type { Backend } from '../contracts/backend.ts';
import type { Ids } from '../contracts/ids.ts';
import type { ImageSource } from '../contracts/image-source.ts';
import type { ArchivePin, BuiltLayer, ImagePin, LockFile } from '../contracts/lock.ts';
import type { SandboxLimits } from '../contracts/sandbox.ts';
import { KarapaceError } from '../errors.ts';
import { layerKey } from '../identity/layer-key.ts';
import { baseLayer, planLayers, type PlannedLayer } from '../layers/plan-layers.ts';
import { pinnedTree } from '../lock/pinned-reference.ts';
import { openPackageManager } from '../plugin/open-plugins.ts';
import type { StageContext } from './stage-context.ts';

export interface BuildInput {
  readonly backend: Backend;
  readonly source: ImageSource;
  readonly ids: Ids;
  /** Build everything a second time and compare. */
  readonly check: boolean;
  /** Of the steps that run on top of other layers. Default: none. */
  readonly limits?: SandboxLimits | undefined;
  /** The base, where resolving has built it already. */
  readonly base?: TakenLayer | undefined;
}

export interface BuildOutput {
  /** Bottom first. */
  readonly layers: readonly TakenLayer[];
  /** Empty unless asked to check. */
  readonly differences: readonly LayerDifference[];
}

interface Work {
  readonly input: BuildInput;
  readonly context: StageContext;
}

/** Builds the base alone, because packages are resolved inside it. */
export async function buildBase(pin: ImagePin, input: BuildInput, context: StageContext): Promise<TakenLayer> {
  return runBase(pin, { input, context });
}

/**
 * Builds every layer of a lock that the store does not have.
 *
 * @throws KarapaceError `LOCK_BASE_CHANGED` when the pinned archives do not give the pinned base
 */
export async function buildStage(lock: LockFile, input: BuildInput, context: StageContext): Promise<BuildOutput> {
  const work = { input, context };
  await keepArchives(lock, work);
  const ended = new AbortController();
  const ahead = { ...context, signal: AbortSignal.any([context.signal, ended.signal]) };
  try {
    await downloadAhead(lock, { input, context: ahead });
    return await buildPlan(lock, work);
  } finally {
    ended.abort();
  }
}

async function buildPlan(lock: LockFile, work: Work): Promise<BuildOutput> {
  const { input, context } = work;
  const base = input.base ?? (await runBase(lock.base, work));
  checkBase(lock.base, base);
  const planned = await planAbove(lock, base, context);
  const bottom = baseLayer(lock.base, lock.ids);
  const recipes = new Map<string, LayerRecipe>([
    [bottom.name, baseRecipe(lock.base, input.source, recipeContext(work))],
    ...planned.map((each) => [each.layer.name, recipeOf(each, work)] as const),
  ]);
  const layers = await context.hooks.planLayers.promise([bottom, ...planned.map(({ layer }) => layer)]);
  const built = await run({ layers, built: [base] }, { ...work, recipes });
  // Layers that were there already asked for none; an environment has them all.
  await fetchArchives([...lock.base.archives, ...lock.packages], context);
  const differences = input.check ? await checkLayers(layers, built, builderOptions({ ...work, recipes })) : [];
  return { layers: built, differences };
}

function fetchArchives(
  wanted: readonly ArchivePin[],
  { scheduler, store, hooks, directory, signal }: StageContext,
): Promise<void> {
  return scheduler.fetcher.fetch(wanted, { archives: store.archives, hooks, directory, signal });
}

/** Before anything is found that is made of them: what gc has not taken by then, it leaves under the lease. */
async function keepArchives({ base, packages }: LockFile, { context }: Work): Promise<void> {
  const { archives } = context.store;
  await Promise.all([...base.archives, ...packages].map((archive) => archives.has(archive)));
}

/** The packages arrive while the base is built; a failure shows when a layer asks for them. */
async function downloadAhead(lock: LockFile, { context }: Work): Promise<void> {
  const key = layerKey(baseLayer(lock.base, lock.ids).definition, []);
  if ((await context.store.layers.find(key)) !== undefined) return;
  const base = fetchArchives(lock.base.archives, context);
  base.then(() => fetchArchives(lock.packages, context)).catch(() => undefined);
}

async function runBase(pin: ImagePin, work: Work): Promise<TakenLayer> {
  const layer = baseLayer(pin, work.input.ids);
  const recipes = new Map([[layer.name, baseRecipe(pin, work.input.source, recipeContext(work))]]);
  const [base] = await run({ layers: [layer], built: [] }, { ...work, recipes });
  if (base === undefined) throw new TypeError('The plan of a base has one layer');
  return base;
}

function recipeContext({ input, context }: Work) {
  const { backend, ids, limits } = input;
  return { store: context.store, backend, ids, limits };
}

async function planAbove(
  lock: LockFile,
  base: BuiltLayer,
  { hooks, store }: StageContext,
): Promise<readonly PlannedLayer[]> {
  if (lock.packages.length === 0) return planLayers(lock, undefined);
  const manager = await openPackageManager(hooks, await store.trees.names(base.tree), lock.base.reference);
  return planLayers(lock, manager);
}

function recipeOf(planned: PlannedLayer, work: Work): LayerRecipe {
  const context = recipeContext(work);
  switch (planned.kind) {
    case 'packages':
      return packagesRecipe(planned, context);
    case 'files':
      return filesRecipe(planned, work.context.directory, context);
    case 'run':
      return runRecipe(planned, context);
  }
}

interface RecipeWork extends Work {
  readonly recipes: ReadonlyMap<string, LayerRecipe>;
}

function builderOptions({ input, context, recipes }: RecipeWork): LayerBuilderOptions & StageContext {
  return { ...context, backend: input.backend, ids: input.ids, recipes };
}

function run(plan: Plan, work: RecipeWork): Promise<readonly TakenLayer[]> {
  return buildLayers(plan, createLayerBuilder(builderOptions(work)), work.context.signal);
}

/** @throws KarapaceError `LOCK_BASE_CHANGED` */
export function checkBase({ reference, tree }: LockFile['base'], base: BuiltLayer): void {
  if (tree === base.tree && (pinnedTree(reference) ?? tree) === tree) return;
  throw new KarapaceError(
    'LOCK_BASE_CHANGED',
    `The image \`${reference}\` was built as ${base.tree}, which is not what is pinned`,
    {
      hint: 'The archives or the tools that make the image differ: compare `karapace doctor` on both machines, or pin what was built.',
      cause: new Error(`the lock pins ${tree}`),
    },
  );
}
