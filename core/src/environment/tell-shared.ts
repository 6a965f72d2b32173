import type { Environment } from '../contracts/environment-store.ts';
import type { Hooks } from '../plugin/hooks.ts';
import { quotePath } from '../quote-path.ts';
import { projectsOf } from './find-environment.ts';

/**
 * Equal manifests have one environment.
 *
 * @param found as it was before the build
 */
export function tellShared(found: Environment, project: string, { warningGiven }: Hooks): void {
  const others = projectsOf(found).filter((each) => each !== project);
  if (others.length === 0) return;
  warningGiven.call(`the same environment as ${others.map(quotePath).join(', ')}: what is changed inside is shared`);
}
