import type { Environment } from '../contracts/environment-store.ts';
import type { Hooks } from '../plugin/hooks.ts';
import { quotePath } from '../quote-path.ts';
import { findGoneProjects } from '../plugin/find-gone-projects.ts';
import { projectsOf } from '../store/environment-projects.ts';

/**
 * Equal manifests have one environment.
 *
 * @param found as it was before the build
 */
export async function tellShared(found: Environment, project: string, { warningGiven }: Hooks): Promise<void> {
  const known = projectsOf(found).filter((each) => each !== project);
  const gone = await findGoneProjects(known);
  const others = known.filter((each) => !gone.includes(each));
  if (others.length === 0) return;
  warningGiven.call(`the same environment as ${others.map(quotePath).join(', ')}: what is changed inside is shared`);
}
