import path from 'node:path';

import { generationFiles } from './environment-files.ts';
import { makeOwnDirectory } from './scratch.ts';
import { syncDirectory } from './sync-disk.ts';
import { uniqueName } from './unique-name.ts';

/** Makes an empty generation below `tmp/`, on the disk but for its name; gives its directory. */
export function makeGeneration(staging: string): string {
  const directory = path.join(staging, `generation-${uniqueName()}`);
  const { upper, work } = generationFiles(directory);
  for (const each of [directory, upper, work]) makeOwnDirectory(each);
  syncDirectory(directory);
  return directory;
}
