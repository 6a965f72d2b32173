import fs from 'node:fs';
import path from 'node:path';

import type { Ids } from '../contracts/ids.ts';
import type { Scratch } from '../contracts/store.ts';
import type { StoreCore } from './store-core.ts';
import { uniqueName } from './unique-name.ts';

/** A fresh directory below `tmp/`, for one operation. */
export async function openScratch(core: StoreCore, ids: Ids): Promise<Scratch> {
  const directory = path.join(await core.staging(), `scratch-${uniqueName()}`);
  makeOwnDirectory(directory);
  return {
    directory,
    async make(name) {
      const made = path.join(directory, name);
      makeOwnDirectory(made);
      return made;
    },
    [Symbol.asyncDispose]: () => core.remove(directory, ids),
  };
}

/** Mode 0755 whatever the umask. The store's owner is id 0 of every id space, so nobody else has to make it. */
export function makeOwnDirectory(directory: string): void {
  fs.mkdirSync(directory);
  fs.chmodSync(directory, 0o755);
}
