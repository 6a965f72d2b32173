import type { BuildResult } from './build-result.ts';
import type { EnvIdentity } from '../contracts/ids.ts';
import type { LockFile } from '../contracts/lock.ts';
import type { Environment } from '../contracts/environment-store.ts';
import type { Store } from '../contracts/store.ts';
import { asOfProject } from '../environment/find-environment.ts';
import { tellShared } from '../environment/tell-shared.ts';
import type { Hooks } from '../plugin/hooks.ts';
import { recallBuiltOf, succeedEnvironment } from './succeed-environment.ts';

interface Wanted {
  /** Of the manifest. */
  readonly directory: string;
  /** The environment is to have it. */
  readonly name: string | undefined;
  readonly store: Store;
  readonly hooks: Hooks;
  readonly lockFile: string;
}

/** An environment whose layers are all here needs no work but, perhaps, its names. */
export async function findBuilt(identity: EnvIdentity, wanted: Wanted): Promise<BuildResult | undefined> {
  const { directory, name, store, lockFile } = wanted;
  const found = await store.environments.find(identity);
  if (found === undefined) return undefined;
  if (!(await hasLayers(found, store))) return undefined;
  const isNamed = name === undefined || found.name_projects.get(name) === directory;
  const isLast = (await recallBuiltOf(lockFile, store.memos)) === identity;
  const environment = isNamed && isLast && found.project === directory ? found : await renew(found, wanted);
  if (environment === undefined) return undefined;
  await tellShared(found, directory, wanted.hooks);
  const layers = found.layers.map((layer) => ({ ...layer, reused: true }));
  const nothing = { lockWritten: false, comparison: undefined, differences: [] };
  return { environment: asOfProject(environment, directory, name), status: 'unchanged', lockFile, layers, ...nothing };
}

async function hasLayers({ layers }: Environment, store: Store): Promise<boolean> {
  const found = await Promise.all(layers.map(({ key }) => store.layers.find(key)));
  return !found.includes(undefined);
}

/** What is found under a lease stays. */
async function hasArchives({ base, packages }: LockFile, { archives }: Store): Promise<boolean> {
  const found = await Promise.all([...base.archives, ...packages].map((each) => archives.has(each)));
  return !found.includes(false);
}

/** The environment may be collected meanwhile, and its layers: under the lease what is found stays. */
function renew(
  { lock, layers, ...found }: Environment,
  { directory, name, store, hooks, lockFile }: Wanted,
): Promise<Environment | undefined> {
  return store.leased(async () => {
    if (!(await hasArchives(lock, store))) return undefined;
    if (!(await hasLayers({ lock, layers, ...found }, store))) return undefined;
    const environment = { lock, layers, project: directory, names: name === undefined ? [] : [name] };
    return succeedEnvironment(environment, { store, hooks, lockFile });
  });
}
