import type { Environment } from '../contracts/environment-store.ts';
import type { Store } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';
import { DEFAULT_BACKEND, type Instance } from '../instance.ts';
import { isOfProject } from '../manifest/parse-mount.ts';
import { quotePath } from '../quote-path.ts';
import { UNKNOWN_PROJECT } from '../store/environment-record.ts';

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
  const environment = { ...found, project: found.name_projects.get(reference) ?? found.project };
  return { environment, store: await store(environment.lock.intent.runtime.backend) };
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
  if (project !== undefined) return { ...found, environment: { ...environment, project } };
  if (!environment.names.includes(reference)) checkOneProject(environment);
  return found;
}

function checkOneProject(environment: Environment): void {
  const { lock, name_projects: names, short_id } = environment;
  const projects = projectsOf(environment);
  if (projects.length < 2 || !lock.intent.mounts.some(({ host }) => isOfProject(host))) return;
  const listed = projects.map((project) => {
    const own = [...names].filter(([, each]) => each === project).map(([name]) => `\`${name}\``);
    return `${quotePath(project)} (${own.join(', ') || 'without a name'})`;
  });
  throw new KarapaceError(
    'ENVIRONMENT_AMBIGUOUS',
    `\`${short_id}\` is the environment of several projects, and mounts a directory of its project: ${listed.join('; ')}`,
    { hint: 'Say which by its name, or leave the environment out in the directory of the project.' },
  );
}

/** The directories of all manifests that are known to have this environment, sorted. */
export function projectsOf({ project, name_projects }: Environment): readonly string[] {
  const known = [project, ...name_projects.values()].filter((each) => each !== UNKNOWN_PROJECT);
  return [...new Set(known)].toSorted();
}
