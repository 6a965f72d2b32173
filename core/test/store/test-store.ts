import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { IdSpace } from '../../src/contracts/backend.ts';
import type { EnvIdentity, Ids } from '../../src/contracts/ids.ts';
import type { LockFile } from '../../src/contracts/lock.ts';
import type { NewEnvironment } from '../../src/contracts/environment-store.ts';
import type { Store } from '../../src/contracts/store.ts';
import { openStore } from '../../src/store/open-store.ts';

const user = os.userInfo();
const hasRange = readFileSync('/etc/subuid', 'utf8').includes(`${user.username}:`);

/** The best that whoever runs the tests has: root, a range, or one id. */
export const testIds: Ids = user.uid === 0 || hasRange ? 'full' : 'single';

export function testIdSpace(ids: Ids): IdSpace {
  const range = ids === 'full' ? ['--map-auto'] : [];
  const prefix = user.uid === 0 ? [] : ['unshare', '--user', '--map-root-user', ...range, '--'];
  return { ids, description: user.uid === 0 ? 'root' : 'test', wrap: (command) => [...prefix, ...command] };
}

/** Runs a program where the trees' ids are its own. */
export function runInIdSpace(...command: readonly string[]): string {
  const [program = '', ...rest] = testIdSpace(testIds).wrap(command);
  return execFileSync(program, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

export function openTestStore(root: string): Promise<Store> {
  return openStore(root, { idSpace: async (ids) => testIdSpace(ids) });
}

/** A store in a fresh place; disposal closes it and removes the place with everything in it. */
export async function makeTestStore(): Promise<{ store: Store; root: string; place: string } & AsyncDisposable> {
  const place = makePlace();
  const root = path.join(place, 'store');
  const store = await openTestStore(root);
  return {
    store,
    root,
    place,
    async [Symbol.asyncDispose]() {
      await store.close();
      removePlace(place);
    },
  };
}

export function makePlace(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'karapace-store-'));
}

export function removePlace(place: string): void {
  runInIdSpace('rm', '-rf', '--', place);
  rmSync(place, { recursive: true, force: true });
}

/** Fills a directory of the id space with everything that a root file system can hold. */
export function makeFeatureTree(directory: string): void {
  const program = fileURLToPath(new URL('./feature-tree.ts', import.meta.url));
  runInIdSpace(process.execPath, program, directory, testIds);
}

export async function consumeFeatureTree(store: Store) {
  await using scratch = await store.scratch(testIds);
  const directory = await scratch.make('root');
  makeFeatureTree(directory);
  return await store.trees.consume(directory, testIds);
}

/** A made-up environment; the digit makes its identity. */
export function testEnvironment(digit: string, name: string | undefined): NewEnvironment {
  const env_id = digit.repeat(64).slice(0, 64) as EnvIdentity;
  const lock = {
    lock_version: 1,
    hash_version: 1,
    env_id,
    short_id: env_id.slice(0, 12),
    ids: testIds,
    intent: { runtime: {} },
    base: {},
    packages: [],
  } as unknown as LockFile;
  return { lock, layers: [], project: '/project', names: name === undefined ? [] : [name] };
}

/** Arguments for `node` that run a command of `store-program.ts` from source. */
export function storeProgram(...commandLine: readonly string[]): readonly string[] {
  const program = fileURLToPath(new URL('./store-program.ts', import.meta.url));
  return ['--conditions=karapace-source', program, ...commandLine];
}
