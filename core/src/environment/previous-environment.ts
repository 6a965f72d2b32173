import type { BuildComparison, ExplainedEnvironment } from '../contracts/explanation.ts';
import type { EnvIdentity } from '../contracts/ids.ts';
import type { BuiltLayer } from '../contracts/lock.ts';
import type { Environment } from '../contracts/environment-store.ts';
import type { Store } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';
import { asOfProject } from './find-environment.ts';
import { explainLayers } from './explain-environment.ts';
import { compareLayers } from '../layers/compare-layers.ts';
import type { Hooks } from '../plugin/hooks.ts';

/** By what the environment is known that a build takes the place of. */
export interface Successor {
  /** What the project's lock meant before. */
  readonly locked: EnvIdentity | undefined;
  /** The name that the new environment is to have. */
  readonly name: string | undefined;
  readonly project: string;
}

/** What the project's lock meant before; else what the name means; else what was last built of the project. Pure. */
export function choosePrevious(
  environments: readonly Environment[],
  { locked, name, project }: Successor,
): Environment | undefined {
  const ofProject = environments.filter((each) => each.project === project);
  return (
    environments.find(({ env_id }) => env_id === locked) ??
    environments.find(({ names }) => name !== undefined && names.includes(name)) ??
    ofProject.toSorted((left, right) => (left.built_at < right.built_at ? 1 : -1))[0]
  );
}

/** What is compared with afterwards, read before the build changes anything; `undefined` where there is nothing. */
export async function explainPrevious(
  successor: Successor,
  { store, hooks }: { readonly store: Store; readonly hooks: Hooks },
): Promise<ExplainedEnvironment | undefined> {
  const { environments } = await store.environments.survey();
  const found = choosePrevious(environments, successor);
  if (found === undefined) return undefined;
  const environment = asOfProject(found, successor.project);
  try {
    return { environment, layers: await explainLayers(environment.layers, store) };
  } catch (error) {
    // A build needs nothing of what was before it.
    if (!(error instanceof KarapaceError) || error.code !== 'STORE_CORRUPT') throw error;
    hooks.warningGiven.call(`what is built is not compared with what was there before: ${error.message}`);
    return undefined;
  }
}

/** @param layers what was built or found, bottom first */
export async function compareWithPrevious(
  previous: ExplainedEnvironment | undefined,
  layers: readonly BuiltLayer[],
  store: Store,
): Promise<BuildComparison | undefined> {
  if (previous === undefined) return undefined;
  return { before: previous.environment, layers: compareLayers(previous.layers, await explainLayers(layers, store)) };
}
