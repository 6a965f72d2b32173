import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { GcPlan } from '../../../src/contracts/garbage.ts';
import type { EnvIdentity, LayerKey } from '../../../src/contracts/ids.ts';
import type { BuiltLayer, LayerDefinition } from '../../../src/contracts/lock.ts';
import type { NewEnvironment } from '../../../src/contracts/environment-store.ts';
import type { Store } from '../../../src/contracts/store.ts';
import { archivePin, bodyOf } from '../archive-fixture.ts';
import { testEnvironment, testIds } from '../test-store.ts';

/** Makes a layer out of files, as a build does. */
export async function makeLayer(
  store: Store,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<BuiltLayer> {
  await using scratch = await store.scratch(testIds);
  const directory = await scratch.make('root');
  for (const [file, content] of Object.entries(files)) fs.writeFileSync(path.join(directory, file), content);
  const tree = await store.trees.consume(directory, testIds);
  const key = keyOf(name);
  const definition: LayerDefinition = { kind: 'base', ids: testIds, inputs: {} };
  await store.layers.put(key, { definition, parents: [], tree });
  return { name, key, tree: tree.digest, entries: tree.entries, bytes: tree.bytes };
}

export function keyOf(name: string): LayerKey {
  return Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64) as LayerKey;
}

/** Arguments for `node` that run a command of `gc-program.ts` from source. */
export function gcProgram(...commandLine: readonly string[]): readonly string[] {
  const program = fileURLToPath(new URL('./gc-program.ts', import.meta.url));
  return ['--conditions=karapace-source', program, ...commandLine];
}

export function environmentOf(digit: string, name: string | undefined, layers: readonly BuiltLayer[]): NewEnvironment {
  return { ...testEnvironment(digit, name), layers, project: '/nowhere' };
}

export async function addArchive(store: Store, content: string) {
  const archive = archivePin(content);
  await store.archives.add(archive, bodyOf(content));
  return archive;
}

export function idOf(digit: string): EnvIdentity {
  return testEnvironment(digit, undefined).lock.env_id;
}

/** The clock that gives inodes their times moves in steps; what is older than a few of them is no news. */
export function pastTheClock(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 120));
}

/** Collects when nothing is too new for it. */
export async function collectSettled(store: Store): Promise<GcPlan> {
  await pastTheClock();
  return store.gc({});
}

/** Paths and inodes of what a store keeps, apart from what operations need themselves. */
export function contentOf(root: string): readonly string[] {
  return ['objects', 'trees', 'layers', 'checkouts', 'environments', 'names', 'archives', 'journal'].flatMap((top) =>
    fs
      .readdirSync(path.join(root, top), { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(top, name))
      .map((name) => `${name} ${fs.lstatSync(path.join(root, name)).ino}`)
      .toSorted(),
  );
}

/** What a plan names, in short. */
export const idsOf = ({ environments, layers }: GcPlan) => ({
  environments: environments.map(({ env_id }) => env_id[0]),
  layers: layers.map(({ key }) => Buffer.from(key, 'hex').toString().replaceAll('\0', '')),
});
