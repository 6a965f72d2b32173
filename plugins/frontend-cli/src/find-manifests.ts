import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { fail } from './fail.ts';

/**
 * The manifests in a directory and in those below, sorted; of a directory that has several, the directory, which is then
 * refused by name. `node_modules`, hidden directories and links are passed over.
 *
 * @throws KarapaceError `MANIFEST_NOT_FOUND` where there is none, `MANIFEST_UNREADABLE` naming a directory
 */
export async function findManifests(top: string): Promise<readonly string[]> {
  const { listManifests } = await import('@karapace/core');
  const found: string[] = [];
  const pending = [top];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    const at = directory;
    const names = await listManifests(at);
    const [only] = names;
    if (only !== undefined) found.push(names.length === 1 ? path.join(at, only) : at);
    pending.push(...(await listDirectories(at)).map((name) => path.join(at, name)));
  }
  if (found.length > 0) return found.toSorted();
  return fail('MANIFEST_NOT_FOUND', `There is no manifest in \`${top}\` or below it`, {
    hint: 'Make one with `karapace new <name>`.',
  });
}

async function listDirectories(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch (error) {
    return fail('MANIFEST_UNREADABLE', `The directory \`${directory}\` cannot be searched for manifests`, {
      hint: 'Make it readable, or name the manifests instead of `--all`.',
      cause: error,
    });
  }
}
