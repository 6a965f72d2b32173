import path from 'node:path';

import { dressUpper, type LayersBelow } from './dress-upper.ts';
import { generationFiles } from './environment-files.ts';
import { makeOwnDirectory } from './scratch.ts';
import type { StoreCore } from './store-core.ts';
import { syncDirectory } from './sync-disk.ts';
import { uniqueName } from './unique-name.ts';

/** Makes an empty generation over layers, on the disk but for its name; gives its directory, below `tmp/`. */
export async function makeGeneration(core: StoreCore, below: LayersBelow): Promise<string> {
  const directory = makeGenerationFiles(await core.staging());
  await dressUpper(core, generationFiles(directory).upper, below);
  return directory;
}

/** The same, with an upper that shows a root of owner 0:0 and mode 0755 over any layers. */
export function makeGenerationFiles(staging: string): string {
  const directory = path.join(staging, `generation-${uniqueName()}`);
  const { upper, work } = generationFiles(directory);
  for (const each of [directory, upper, work]) makeOwnDirectory(each);
  syncDirectory(directory);
  return directory;
}
