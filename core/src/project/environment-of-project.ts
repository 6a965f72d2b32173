import path from 'node:path';

import type { Environment } from '../contracts/environment-store.ts';
import { asOfProject } from '../environment/find-environment.ts';
import { KarapaceError } from '../errors.ts';
import { DEFAULT_BACKEND, type Instance } from '../instance.ts';
import { lockFileOf } from './lock-file-of.ts';
import { readLock } from './lock-of-project.ts';
import { locateManifest } from '../plugin/locate-manifest.ts';
import { choosePrevious } from '../environment/previous-environment.ts';

/**
 * The environment of the project that a directory is in: what its lock means; where that is not built, what was built of
 * the project last.
 *
 * @throws KarapaceError `ENVIRONMENT_NOT_FOUND` where nothing of it is built; `MANIFEST_NOT_FOUND`
 */
export async function environmentOfProject(directory: string, { store }: Instance): Promise<Environment> {
  const file = await locateManifest(undefined, directory);
  const lock = await readLock(lockFileOf(file));
  const project = path.dirname(file);
  const { environments } = await (await store(DEFAULT_BACKEND)).environments.survey();
  // Another project may have the same lock, and then the same environment.
  const found = choosePrevious(environments, { locked: lock?.env_id, name: undefined, project });
  if (found !== undefined) return asOfProject(found, project);
  throw new KarapaceError('ENVIRONMENT_NOT_FOUND', 'Nothing of this project is built yet', {
    hint: 'Run `karapace build`, or `karapace shell`, which builds first.',
    place: { file },
  });
}
