import fs from 'node:fs';
import path from 'node:path';

import type { RecordKind } from '../../core/src/store/record.ts';
import { treeDigest } from '../../core/src/store/tree-encoding.ts';
import { openKarapace } from './open-karapace.ts';
import type { Place } from './place.ts';

// What the first format knew: neither snapshots nor marks nor generations.
const LATER_DIRECTORIES = ['journal', 'leases', 'damaged'] as const;

/** Makes a place's store one of the first format. */
export async function turnToFirstFormat(place: Place): Promise<void> {
  const inStore = (...names: readonly string[]) => path.join(place.store, ...names);
  const id = /"store_id":"(?<id>[^"]+)"/u.exec(fs.readFileSync(inStore('format'), 'utf8'))?.groups?.['id'];
  await using karapace = await openKarapace(place);
  for (const { env_id, project, created_at, built_at, lock, layers, generation } of await karapace.list()) {
    if (generation !== 1) throw new Error('the first format had one generation');
    const home = (name: string) => inStore('environments', env_id, name);
    const value = { env_id, state: 'Built', project, created_at, built_at, lock, layers };
    fs.writeFileSync(home('metadata.json'), record('environment', value));
    fs.writeFileSync(home('current'), 'gen-1\n');
    for (const name of ['environment.json', 'lock.json', 'index.json']) fs.rmSync(home(name));
    fs.rmSync(home('snapshots'), { recursive: true });
  }
  fs.writeFileSync(inStore('format'), record('store', { store_id: id }));
  for (const name of LATER_DIRECTORIES) fs.rmSync(inStore(name), { recursive: true });
}

/** The second line alone was proved, by the same digest as a tree's bytes. */
function record(kind: RecordKind, value: object): string {
  const body = `${JSON.stringify(value)}\n`;
  return `karapace ${kind} v1 ${treeDigest(Buffer.from(body))}\n${body}`;
}
