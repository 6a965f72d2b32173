import fs from 'node:fs';
import path from 'node:path';

import type { LayerKey, ObjectId, TreeDigest } from '../../contracts/ids.ts';
import { readArchiveRecord, type ArchiveRecord } from '../archive-store.ts';
import { listStoreDirectory } from '../list-directory.ts';
import { readLayerRecord, type LayerRecord } from '../layer-store.ts';
import { corruptRecord } from '../record-file.ts';
import { isDigest, OBJECT_SHARDS, type StoreLayout } from '../store-layout.ts';

/** A file of the store with what tells its age. */
export interface Dated<T> {
  readonly value: T;
  /** Nanoseconds. */
  readonly ctimeNs: bigint;
  readonly mtime: Date;
}

/** @throws KarapaceError `STORE_CORRUPT` naming a record that cannot be read, or what is no layer at all */
export function listLayers(layout: StoreLayout): ReadonlyMap<LayerKey, Dated<LayerRecord>> {
  const files = digestsIn(layout.directory('layers')).map(
    (key) => [key as LayerKey, layout.layer(key as LayerKey)] as const,
  );
  return new Map(files.flatMap(([key, file]) => dated(key, file, () => readLayerRecord(layout, key))));
}

/** @throws KarapaceError `STORE_CORRUPT` */
export function listArchives(layout: StoreLayout): ReadonlyMap<string, Dated<ArchiveRecord>> {
  const files = digestsIn(layout.directory('archives')).map((sha256) => [sha256, layout.archive(sha256)] as const);
  return new Map(files.flatMap(([key, file]) => dated(key, file, () => readArchiveRecord(layout, key))));
}

/** The trees that have a record, without reading it. */
export function listTrees(layout: StoreLayout): ReadonlyMap<TreeDigest, Dated<true>> {
  const directory = layout.directory('trees');
  const digests = listStoreDirectory(directory).flatMap((shard) => {
    if (!/^[0-9a-f]{2}$/.test(shard)) throw stranger(path.join(directory, shard));
    return listStoreDirectory(path.join(directory, shard)).map((name) => shard + name);
  });
  const foreign = digests.find((digest) => !isDigest(digest));
  if (foreign !== undefined) throw stranger(path.join(directory, foreign.slice(0, 2), foreign.slice(2)));
  return new Map(
    digests.flatMap((digest) => dated(digest as TreeDigest, layout.tree(digest as TreeDigest), () => true as const)),
  );
}

export function listCheckouts(layout: StoreLayout): readonly TreeDigest[] {
  return digestsIn(layout.directory('checkouts')) as TreeDigest[];
}

function dated<Key, T>(key: Key, file: string, read: () => T | undefined): readonly (readonly [Key, Dated<T>])[] {
  const stats = fs.lstatSync(file, { bigint: true, throwIfNoEntry: false });
  const value = read();
  if (stats === undefined || value === undefined) return [];
  return [[key, { value, ctimeNs: stats.ctimeNs, mtime: stats.mtime }]];
}

/** One object's file. */
export interface ObjectFile {
  readonly id: ObjectId;
  readonly metadataClass: string;
  readonly file: string;
}

const OBJECT = /^([0-9a-f]{62})\.([0-7]{1,4}\.\d{1,5}\.\d{1,5}(?:\.[0-9a-f]{64})?)$/;

/** One of the 256 directories of objects. */
export interface ObjectShard {
  readonly shard: string;
  readonly directory: string;
  readonly names: readonly string[];
}

/**
 * All objects, shard by shard. Names alone: looking at a million inodes would take longer than everything else, and more
 * than the names of a shard at once would take much memory.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming what is no shard
 */
export function* listShards(layout: StoreLayout): Generator<ObjectShard> {
  const objects = layout.directory('objects');
  const shards = new Set(OBJECT_SHARDS);
  const foreign = listStoreDirectory(objects).find((shard) => !shards.has(shard));
  if (foreign !== undefined) throw stranger(path.join(objects, foreign));
  for (const shard of OBJECT_SHARDS) {
    const directory = path.join(objects, shard);
    yield { shard, directory, names: listStoreDirectory(directory) };
  }
}

/** @throws KarapaceError `STORE_CORRUPT` naming what is no object */
export function objectOf({ shard, directory }: ObjectShard, name: string): ObjectFile {
  const [, rest, metadataClass] = OBJECT.exec(name) ?? [];
  if (rest === undefined || metadataClass === undefined) throw stranger(path.join(directory, name));
  return { id: (shard + rest) as ObjectId, metadataClass, file: `${directory}/${name}` };
}

/** @throws KarapaceError `STORE_CORRUPT` naming what is no object */
export function* listObjects(layout: StoreLayout): Generator<ObjectFile> {
  for (const shard of listShards(layout)) {
    for (const name of shard.names) yield objectOf(shard, name);
  }
}

function digestsIn(directory: string): readonly string[] {
  return listStoreDirectory(directory).map((name) => {
    if (!isDigest(name)) throw stranger(path.join(directory, name));
    return name;
  });
}

function stranger(file: string) {
  return corruptRecord(file, 'nothing of this name belongs there');
}
