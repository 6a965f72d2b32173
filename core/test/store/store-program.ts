import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import type { IdSpace } from '../../src/contracts/backend.ts';
import type { LayerKey } from '../../src/contracts/ids.ts';
import type { LayerDefinition } from '../../src/contracts/lock.ts';
import type { Store } from '../../src/contracts/store.ts';
import { KarapaceError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open-store.ts';
import { archivePin, bodyOf } from './archive-fixture.ts';
import { openTestStore, testEnvironment, testIds } from './test-store.ts';

// Another process that uses a store: `node store-program.ts <command> <root>`.
const [command = '', root = ''] = process.argv.slice(2);
const tell = (value: unknown): unknown => fs.writeSync(1, `${JSON.stringify(value)}\n`);

async function consume(store: Store, files: Readonly<Record<string, string | Buffer>>) {
  await using scratch = await store.scratch(testIds);
  const directory = await scratch.make('root');
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(directory, name), content);
  return await store.trees.consume(directory, testIds);
}

/** Builds and destroys for ever, and says what is done when it is done. */
async function churn(): Promise<void> {
  const store = await openTestStore(root);
  for (;;) {
    const number = randomBytes(8).toString('hex');
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}`, `${number} ${index % 7}`]));
    const tree = await consume(store, { ...files, common: 'the same every time' });
    const key = number.repeat(4) as LayerKey;
    const definition: LayerDefinition = { kind: 'base', ids: testIds, inputs: {} };
    await store.layers.put(key, { definition, parents: [], tree });
    tell({ layer: key, tree: tree.digest });
    const environment = testEnvironment(number, `n-${number}`);
    await store.environments.put(environment);
    tell({ built: environment.lock.env_id });
    if (number.startsWith('0') || number.startsWith('1')) {
      tell({ destroying: environment.lock.env_id });
      await store.environments.destroy(environment.lock.env_id);
    }
  }
}

/** Holds a lease, makes something under it, and waits for its end. */
async function lease(): Promise<void> {
  const store = await openTestStore(root);
  await store.leased(async () => {
    const tree = await consume(store, { leased: 'content' });
    const key = Buffer.from('leased').toString('hex').padEnd(64, '0') as LayerKey;
    const definition: LayerDefinition = { kind: 'base', ids: testIds, inputs: {} };
    await store.layers.put(key, { definition, parents: [], tree });
    tell('ready');
    await setTimeout(600_000);
  });
}

async function look(): Promise<void> {
  const store = await openTestStore(root);
  tell('ready');
  for (;;) await store.environments.list();
}

/** On a small file system: fills it, and sees what still works. */
async function fill(): Promise<void> {
  const plain = (ids: IdSpace['ids']): IdSpace => ({ ids, description: 'own', wrap: (each) => each });
  const store = await openStore(root, { idSpace: async (ids) => plain(ids) });
  const environment = testEnvironment('1', 'one');
  await store.environments.put(environment);
  const first = await consume(store, { file: 'small' });
  await using scratch = await store.scratch(testIds);
  const waiting = await scratch.make('root');
  fs.writeFileSync(path.join(waiting, 'other'), 'ready to be consumed');

  tell(await describeFailure(fillUp(store)));
  const rest = path.join(root, 'cache', 'rest');
  await useTheRest(rest);
  tell(await describeFailure(store.trees.consume(waiting, testIds)));
  tell({
    environments: (await store.environments.list()).length,
    hasTree: (await store.trees.names(first.digest)).has('/file'),
  });
  await store.environments.destroy(environment.lock.env_id);
  tell({ environments: (await store.environments.list()).length });
  fs.rmSync(rest, { recursive: true });
  tell({ entries: (await store.trees.consume(waiting, testIds)).entries });
  await scratch[Symbol.asyncDispose]();
  await store.close();
  tell({ left: fs.readdirSync(path.join(root, 'tmp')) });
}

const PAGES = 10;

/** On a small file system: changes names with as many pages free as they may need, and looks what others see then. */
async function squeeze(): Promise<void> {
  const store = await openTestStore(root);
  const environment = testEnvironment('1', 'one');
  await store.environments.put(environment);
  const spare = path.join(root, 'cache', 'spare');
  const page = fs.statfsSync(root).bsize;
  for (let free = 0; free < PAGES; free += 1) {
    fs.writeFileSync(spare, Buffer.alloc(PAGES * page));
    await useTheRest(path.join(root, 'cache', `rest-${free}`));
    fs.truncateSync(spare, (PAGES - free) * page);
    const [{ names } = { names: [] }] = await store.environments.list();
    const [from = ''] = names;
    const to = from === 'one' ? 'two' : 'one';
    const ended = await codeOf(store.environments.rename(environment.lock.env_id, { from, to }));
    const room = fs.statfsSync(root).bavail;
    const listed = await codeOf(store.environments.list());
    tell({ free, ended, listed, room });
  }
  await store.environments.destroy(environment.lock.env_id);
  tell({ environments: (await store.environments.list()).length });
  await store.close();
}

/** On a file system of its own that takes nothing more: what can be done still. */
async function readOnly(): Promise<void> {
  const environment = testEnvironment('1', 'one');
  const { env_id } = environment.lock;
  const writing = await openTestStore(root);
  await writing.environments.put(environment);
  await writing.close();
  execFileSync('mount', ['-o', 'remount,ro', path.dirname(root)]);
  const store = await openTestStore(root);
  const { environments } = store;
  tell({
    list: await codeOf(environments.list()),
    get: await codeOf(environments.get('one')),
    snapshots: await codeOf(environments.snapshots(env_id)),
    put: await codeOf(environments.put(environment)),
    open: await codeOf(environments.open(env_id)),
    commit: await codeOf(environments.commit(env_id, null)),
    destroy: await codeOf(environments.destroy(env_id)),
    gc: await codeOf(store.gc({})),
  });
  await store.close();
}

function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => String((error as { readonly code?: unknown }).code),
  );
}

async function describeFailure(work: Promise<unknown>): Promise<unknown> {
  const failure: unknown = await work.catch((error: unknown) => error);
  return failure instanceof KarapaceError ? { code: failure.code, message: failure.message } : String(failure);
}

async function fillUp(store: Store): Promise<never> {
  for (;;) {
    const content = randomBytes(10_000).toString('hex');
    await store.archives.add(archivePin(content), bodyOf(content));
  }
}

/** Takes the last byte and the last inode. */
async function useTheRest(directory: string): Promise<void> {
  fs.mkdirSync(path.dirname(directory), { recursive: true });
  try {
    fs.mkdirSync(directory);
    for (let index = 0; ; index += 1) fs.writeFileSync(path.join(directory, `${index}`), Buffer.alloc(100_000));
  } catch (error) {
    tell({ rest: String(error) });
  }
}

const commands: Readonly<Record<string, () => Promise<void>>> = {
  churn,
  lease,
  look,
  fill,
  squeeze,
  'read-only': readOnly,
};
await commands[command]?.();
