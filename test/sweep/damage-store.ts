import fs from 'node:fs';
import path from 'node:path';

import type { Environment } from '@karapace/core';

import { metadataClass } from '../../core/src/store/metadata-class.ts';
import { storeLayout } from '../../core/src/store/store-layout.ts';
import { readTree } from '../../core/src/store/tree-record.ts';
import { openKarapace } from './open-karapace.ts';
import type { Place } from './place.ts';

/** Damages a template's store in every kind of file, each so that it can be made again; but for one snapshot, which is lost. */
export async function damageStore(place: Place): Promise<void> {
  const { dev, cold, old, spare, snapshot } = await lookUp(place);
  const layout = storeLayout(place.store);
  const home = (environment: Environment, name: string) => path.join(layout.environment(environment.env_id), name);

  flip(objectOf(place, top(dev).tree));
  cutInHalf(layout.tree(top(cold).tree));
  fs.rmSync(layout.layer(top(old).key));
  flip(layout.archive(dev.lock.packages[0]?.sha256 ?? ''));
  // In its checksum: what else it says is still used.
  flip(home(spare, 'environment.json'), 30);
  fs.rmSync(home(old, 'lock.json'));
  flip(home(dev, 'index.json'));
  flip(home(dev, `snapshots/${snapshot}`));
  fs.rmSync(home(cold, `gen-${cold.generation}/work`), { recursive: true });
  flip(layout.name('extra'));
  fs.writeFileSync(path.join(layout.directory('journal'), 'half'), 'an entry that');
  flip(layout.format);
}

async function lookUp(place: Place) {
  await using karapace = await openKarapace(place);
  const [dev, cold, old, spare] = [
    await karapace.inspect('dev'),
    await karapace.inspect('cold'),
    await karapace.inspect('old'),
    await karapace.inspect('spare'),
  ];
  const [snapshot] = await karapace.snapshots('dev');
  return { dev, cold, old, spare, snapshot: snapshot?.snapshot_id ?? '' };
}

function top({ layers }: Environment) {
  const layer = layers.at(-1);
  if (layer === undefined) throw new Error('an environment without layers');
  return layer;
}

function objectOf({ store }: Place, tree: Environment['layers'][number]['tree']): string {
  const layout = storeLayout(store);
  for (const entry of readTree(layout, tree)) {
    if (entry.type === 'file' && entry.size > 0) return layout.object(entry.object, metadataClass(entry));
  }
  throw new Error('a tree without files');
}

/** One bit, if not told where then of the middle, as a failing disk does it: the times stay. */
export function flip(file: string, at?: number): void {
  keepTimes(file, () => {
    const bytes = fs.readFileSync(file);
    const place = at ?? Math.floor(bytes.length / 2);
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    fs.writeFileSync(file, bytes);
  });
}

function cutInHalf(file: string): void {
  keepTimes(file, () => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2)));
}

function keepTimes(file: string, change: () => void): void {
  const { atimeMs, mtimeMs } = fs.statSync(file);
  change();
  fs.utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
}
