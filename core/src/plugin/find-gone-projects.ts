import { listManifests } from './find-config-file.ts';
import { KarapaceError } from '../errors.ts';
import { listProjectLocks } from '../store/project-lock.ts';

/**
 * Those of the directories in which no project is any more: neither a manifest nor anything that may be a lock, where a
 * manifest may be called otherwise. One that cannot be read may have a project.
 */
export async function findGoneProjects(directories: readonly string[]): Promise<readonly string[]> {
  const gone = await Promise.all(directories.map(isGone));
  return directories.filter((_, index) => gone[index]);
}

async function isGone(directory: string): Promise<boolean> {
  try {
    const [manifests, locks] = [await listManifests(directory), await listProjectLocks(directory)];
    return manifests.length === 0 && locks.length === 0;
  } catch (error) {
    if (error instanceof KarapaceError) return false;
    throw error;
  }
}
