import fs from 'node:fs';
import path from 'node:path';

import type { TreeDigest } from '../../../src/contracts/ids.ts';
import type { BuiltLayer } from '../../../src/contracts/lock.ts';
import type { Store } from '../../../src/contracts/store.ts';
import { hashFile } from '../../../src/store/hash-file.ts';
import { metadataClass } from '../../../src/store/metadata-class.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { storeLayout } from '../../../src/store/store-layout.ts';
import { byteString } from '../../../src/store/system-path.ts';
import { readTree } from '../../../src/store/tree-record.ts';
import { openTestStore } from '../test-store.ts';
import { environmentOf, idOf, keyOf, makeLayer, pastTheClock } from './gc-store.ts';

// Another process that uses a store: `node gc-program.ts <command> <root> <argument>`.
const [command = '', root = '', argument = ''] = process.argv.slice(2);
const tell = (value: unknown): unknown => fs.writeSync(1, `${JSON.stringify(value)}\n`);

/** Says when the removal begins; does not end of itself, so that whoever kills it hits it alive. */
async function collect(): Promise<void> {
  const store = await openTestStore(root);
  await store.gc({ onPlan: ({ objects }) => void tell({ objects }) });
  tell('done');
}

/** What many projects have in common, and what one of them has for itself. */
function filesOf(name: string): Readonly<Record<string, string>> {
  const own = Array.from({ length: 30 }, (_, index) => [`${name}-${index}`, `${name} ${index}`] as const);
  const common = Array.from({ length: 10 }, (_, index) => [`common-${index}`, `common ${index}`] as const);
  return Object.fromEntries([...own, ...common]);
}

async function findOrMake(store: Store, name: string): Promise<BuiltLayer> {
  const found = await store.layers.find(keyOf(name));
  return found === undefined ? makeLayer(store, name, filesOf(name)) : { name, ...found };
}

/** Builds, looks whether everything is there, destroys, and begins again, until its input ends. */
async function build(): Promise<void> {
  const store = await openTestStore(root);
  let isOver = false;
  process.stdin.on('end', () => (isOver = true)).resume();
  for (let round = 0; !isOver; round += 1) {
    const layers = await store.leased(async () => {
      const found: BuiltLayer[] = [];
      for (const name of pick(round)) found.push(await findOrMake(store, name));
      await store.environments.put(environmentOf(argument, `n${argument}`, found));
      return found;
    });
    layers.forEach(({ tree }) => verify(tree));
    tell({ round });
    if (round % 3 !== 0) await store.environments.destroy(idOf(argument));
  }
  await store.close();
}

/** Which of the layers that all processes share this round is about; some are soon garbage. */
function pick(round: number): readonly string[] {
  const start = (round * 7 + Number(argument)) % 5;
  return [`layer-${start}`, `layer-${(start + 2) % 5}`, `own-${argument}-${round % 4}`];
}

/** @throws an error where an object of a tree is missing or has other bytes */
function verify(tree: TreeDigest): void {
  const layout = storeLayout(root);
  for (const entry of readTree(layout, tree)) {
    if (entry.type !== 'file' || entry.size === 0) continue;
    const object = layout.object(entry.object, metadataClass(entry));
    if (hashFile(byteString(object), entry.size) !== entry.object) throw new Error(`${object} is damaged`);
  }
  if (!fs.existsSync(layout.checkout(tree))) throw new Error(`the checkout ${tree} is missing`);
}

/** On a small file system: fills it to the last byte and inode, then collects. */
async function full(): Promise<void> {
  const plain = (ids: 'full' | 'single') => ({ ids, description: 'own', wrap: (each: readonly string[]) => each });
  const store = await openStore(root, { idSpace: async (ids) => plain(ids) });
  await store.environments.put(environmentOf('1', 'one', [await makeLayer(store, 'kept', { kept: 'stays' })]));
  await store.environments.put(environmentOf('2', undefined, [await makeLayer(store, 'lost', filesOf('lost'))]));
  await store.close();
  tell(fillUp(path.join(path.dirname(root), 'rest')));
  await pastTheClock();
  const again = await openStore(root, { idSpace: async (ids) => plain(ids) });
  const { environments, layers, objects } = await again.gc({});
  tell({ environments: environments.length, layers: layers.length, objects });
  await again.close();
}

function fillUp(directory: string): string {
  fs.mkdirSync(directory);
  for (let index = 0; ; index += 1) {
    try {
      fs.writeFileSync(path.join(directory, `${index}`), Buffer.alloc(100_000));
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code);
    }
  }
}

const commands: Readonly<Record<string, () => Promise<void>>> = { collect, build, full };
await commands[command]?.();
