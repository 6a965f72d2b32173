import fs from 'node:fs';
import path from 'node:path';

import type { MemoStore } from '../contracts/store.ts';
import { keepCache } from './keep-cache.ts';
import { memoHash } from './memo-hash.ts';
import { readStoreFile } from './read-store-file.ts';
import type { StoreCore } from './store-core.ts';
import { inStore } from './system-error.ts';
import { uniqueName } from './unique-name.ts';
import { makeDirectory } from './make-directory.ts';

const DOMAIN = 'karapace/memo/v1';

/** Answers that are quicker to look up than to find again. Nothing depends on them: a lost or damaged one is a miss. */
export function memoStore(core: StoreCore): MemoStore {
  const { layout } = core;
  const directory = path.join(layout.directory('cache'), 'memo');
  const check = (key: string, value: string): string => memoHash(DOMAIN, `${key}\n${value}`);

  return {
    find: (key) =>
      inStore({ root: layout.root }, async () => {
        const found = readStoreFile(path.join(directory, key));
        if (typeof found === 'string') return undefined;
        const [value = '', digest] = found.bytes.toString('utf8').split('\n');
        return digest === check(key, value) ? value : undefined;
      }),
    put: (key, value) =>
      inStore({ root: layout.root }, async () => {
        const temporary = path.join(await core.staging(), uniqueName());
        keepCache(temporary, () => {
          makeDirectory(directory);
          fs.writeFileSync(temporary, `${value}\n${check(key, value)}\n`, { flag: 'wx' });
          fs.renameSync(temporary, path.join(directory, key));
        });
      }),
  };
}
