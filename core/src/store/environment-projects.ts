import type { Environment } from '../contracts/environment-store.ts';
import { KarapaceError } from '../errors.ts';
import { quotePath } from '../quote-path.ts';
import { UNKNOWN_PROJECT } from './environment-record.ts';

/** The directories of all manifests that are known to have this environment, sorted. */
export function projectsOf({ project, name_projects }: Environment): readonly string[] {
  const known = [project, ...name_projects.values()].filter((each) => each !== UNKNOWN_PROJECT);
  return [...new Set(known)].toSorted();
}

/**
 * For which a name is given that nobody says more of; `undefined` where no project is known.
 *
 * @throws KarapaceError `ENVIRONMENT_AMBIGUOUS`
 */
export function onlyProjectOf(environment: Environment): string | undefined {
  const [project, ...others] = projectsOf(environment);
  if (others.length === 0) return project;
  throw severalProjects(environment, { hint: 'Type it in the directory of the project that the name is for.' });
}

/** Equal manifests have one environment, and a reference does not say for which of their projects it is. */
export function severalProjects(
  environment: Environment,
  { why = '', hint }: { readonly why?: string; readonly hint: string },
): KarapaceError {
  const { name_projects: names, short_id } = environment;
  const listed = projectsOf(environment).map((project) => {
    const own = [...names].filter(([, each]) => each === project).map(([name]) => `\`${name}\``);
    return `${quotePath(project)} (${own.join(', ') || 'without a name'})`;
  });
  const message = `\`${short_id}\` is the environment of several projects${why}: ${listed.join('; ')}`;
  return new KarapaceError('ENVIRONMENT_AMBIGUOUS', message, { hint });
}
