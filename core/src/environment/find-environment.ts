import type { Environment } from '../contracts/environment-store.ts';
import type { Store } from '../contracts/store.ts';
import { DEFAULT_BACKEND, type Instance } from '../instance.ts';
import { isOfProject } from '../manifest/parse-mount.ts';
import { projectsOf, severalProjects } from '../store/environment-projects.ts';

export interface FoundEnvironment {
  readonly environment: Environment;
  /** Opened with the environment's own backend. */
  readonly store: Store;
}

/**
 * By a name, with the project that this name was given for.
 *
 * @throws KarapaceError `ENVIRONMENT_NOT_FOUND`, `ENVIRONMENT_AMBIGUOUS`
 */
export async function findEnvironment(reference: string, { store }: Instance): Promise<FoundEnvironment> {
  const found = await (await store(DEFAULT_BACKEND)).environments.get(reference);
  const project = found.name_projects.get(reference);
  const environment = project === undefined ? found : asOfProject(found, project, reference);
  return { environment, store: await store(environment.lock.intent.runtime.backend) };
}

/**
 * An environment as one of its projects has it: equal manifests share one.
 *
 * @param name default: its first name of those that were given for this project
 */
export function asOfProject(environment: Environment, project: string, name?: string): Environment {
  const own = environment.names.find((each) => environment.name_projects.get(each) === project);
  return { ...environment, project, name: name ?? own };
}

export interface Entered {
  readonly reference: string;
  /** The directory of the manifest, where it is entered for a project and not by a name. */
  readonly project: string | undefined;
}

/**
 * The environment as it is to be entered: its project is the one whose directories are mounted.
 *
 * @throws KarapaceError `ENVIRONMENT_NOT_FOUND`; `ENVIRONMENT_AMBIGUOUS`, also where the reference does not say which of
 * several projects is meant and that makes a difference
 */
export async function findEntered({ reference, project }: Entered, instance: Instance): Promise<FoundEnvironment> {
  const found = await findEnvironment(reference, instance);
  const { environment } = found;
  if (project !== undefined) return { ...found, environment: asOfProject(environment, project) };
  if (!environment.names.includes(reference)) checkOneProject(environment);
  return found;
}

function checkOneProject(environment: Environment): void {
  if (projectsOf(environment).length < 2) return;
  if (!environment.lock.intent.mounts.some(({ host }) => isOfProject(host))) return;
  throw severalProjects(environment, {
    why: ', and mounts a directory of its project',
    hint: 'Say which by its name, or leave the environment out in the directory of the project.',
  });
}
