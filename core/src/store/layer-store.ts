import fs from 'node:fs';

import type { LayerKey, TreeDigest } from '../contracts/ids.ts';
import type { BuiltLayer } from '../contracts/lock.ts';
import type { LayerStore, StoredLayer } from '../contracts/store.ts';
import { layerKey } from '../identity/layer-key.ts';
import { touch } from './lease.ts';
import { metadataClass } from './metadata-class.ts';
import { corruptRecord, readRecordAs, writeRecord } from './record-file.ts';
import type { StoreCore } from './store-core.ts';
import { isDigest, type StoreLayout } from './store-layout.ts';
import { whileNoSweep } from './sweep-lock.ts';
import { inStore } from './system-error.ts';
import { readTree, readTreeBytes } from './tree-record.ts';

export interface LayerRecord extends StoredLayer {
  /** Of the layer, so that no record can take the place of another; those of before do not have it. */
  readonly key?: LayerKey | undefined;
}

export function layerStore(core: StoreCore): LayerStore {
  const { layout } = core;
  return {
    find: (key) =>
      inStore({ root: layout.root }, async () => {
        const found = () => findLayer(layout, key);
        if (!core.isLeased()) return found();
        return whileNoSweep(layout, () => {
          const layer = found();
          if (layer !== undefined) touch(layout.layer(key));
          return layer;
        });
      }),
    read: (key) => inStore({ root: layout.root }, async () => readStoredLayer(layout, key)),
    put: (key, { definition, parents, tree }) =>
      inStore({ root: layout.root }, async () => {
        const value: LayerRecord = { key, definition, parents, tree };
        const staging = await core.staging();
        await whileNoSweep(layout, () => writeRecord('layer', layout.layer(key), { value, staging }));
      }),
  };
}

function findLayer(layout: StoreLayout, key: LayerKey): Omit<BuiltLayer, 'name'> | undefined {
  const record = readLayerRecord(layout, key);
  if (record === undefined || !isTreeHere(layout, record.tree.digest)) return undefined;
  const { digest, entries, bytes } = record.tree;
  return { key, tree: digest, entries, bytes };
}

/** @throws KarapaceError `STORE_CORRUPT` naming the file */
function readStoredLayer(layout: StoreLayout, key: LayerKey): StoredLayer | undefined {
  const record = readLayerRecord(layout, key);
  if (record === undefined) return undefined;
  const { definition, parents, tree } = record;
  if (isDefinition(definition) && Array.isArray(parents) && layerKey(definition, parents) === key)
    return { definition, parents, tree };
  throw corruptRecord(layout.layer(key), 'what it says that the layer was made of does not give its key');
}

function isDefinition(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'inputs' in value && typeof value.inputs === 'object';
}

/** @throws KarapaceError `STORE_CORRUPT` naming the file */
export function readLayerRecord(layout: StoreLayout, key: LayerKey): LayerRecord | undefined {
  const file = layout.layer(key);
  const record = readRecordAs('layer', file, isLayerRecord);
  if (record?.key === undefined || record.key === key) return record;
  throw corruptRecord(file, 'it is the record of another layer');
}

function isTreeHere(layout: StoreLayout, tree: TreeDigest): boolean {
  if (readTreeBytes(layout, tree) === undefined) return false;
  // A checkout holds links to all of its objects.
  if (fs.existsSync(layout.checkout(tree))) return true;
  return readTree(layout, tree).every(
    (entry) =>
      entry.type !== 'file' || entry.size === 0 || fs.existsSync(layout.object(entry.object, metadataClass(entry))),
  );
}

export function isLayerRecord(value: unknown): value is LayerRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { tree } = value as Partial<LayerRecord>;
  return (
    tree !== undefined &&
    tree !== null &&
    isDigest(tree.digest) &&
    Number.isSafeInteger(tree.entries) &&
    Number.isSafeInteger(tree.bytes)
  );
}
