import fs from 'node:fs';
import path from 'node:path';

import type { LayerKey, ObjectId, TreeDigest } from '../../contracts/ids.ts';
import type { StorePart } from '../../contracts/verify.ts';
import { layerKey } from '../../identity/layer-key.ts';
import { isArchiveRecord, type ArchiveRecord } from '../archive-store.ts';
import { isLayerRecord } from '../layer-store.ts';
import { PLAIN_CLASS } from '../metadata-class.ts';
import { isDigest } from '../store-layout.ts';
import { find, findStranger, inspectDirectory, inspectRecord, namesIn, type Inspection } from './inspection.ts';
import { sha256Of } from './sha256-of.ts';

export interface InspectedLayers {
  /** By key, the trees. */
  readonly layers: ReadonlyMap<LayerKey, TreeDigest>;
  /** One of them was made where there is one id. */
  readonly hasSingle: boolean;
}

export function inspectLayers(inspection: Inspection): InspectedLayers {
  const { layout } = inspection;
  const layers = new Map<LayerKey, TreeDigest>();
  let hasSingle = false;
  for (const name of inspectDigests(inspection, layout.directory('layers'), 'layer')) {
    const file = layout.layer(name as LayerKey);
    const record = inspectRecord(inspection, { file, part: 'layer', kind: 'layer' }, isLayerRecord);
    if (typeof record !== 'object') continue;
    hasSingle ||= record.definition.ids === 'single';
    // The first stores' records do not say whose they are, but what the key is made of.
    if ((record.key ?? layerKey(record.definition, record.parents)) === name) {
      layers.set(name as LayerKey, record.tree.digest);
    } else {
      find(inspection, file, { part: 'layer', problem: 'damaged', reason: 'it is the record of another layer' });
    }
  }
  return { layers, hasSingle };
}

/** Archives by sha256, with their objects. */
export function inspectArchives(inspection: Inspection): ReadonlyMap<string, ObjectId> {
  const { layout } = inspection;
  const archives = new Map<string, ObjectId>();
  for (const sha256 of inspectDigests(inspection, layout.directory('archives'), 'archive')) {
    const file = layout.archive(sha256);
    const record = inspectRecord(inspection, { file, part: 'archive', kind: 'archive' }, isArchiveRecord);
    if (typeof record !== 'object') continue;
    const reason = archiveProblem(inspection, sha256, record);
    if (reason === undefined) archives.set(sha256, record.object);
    else find(inspection, file, { part: 'archive', problem: 'damaged', reason });
  }
  return archives;
}

function archiveProblem(inspection: Inspection, sha256: string, record: ArchiveRecord): string | undefined {
  const object = inspection.layout.object(record.object, PLAIN_CLASS);
  const stats = fs.lstatSync(object, { throwIfNoEntry: false });
  if (stats === undefined) {
    const reason = `the archive \`${sha256.slice(0, 12)}\` needs it, and it is missing`;
    find(inspection, object, { part: 'object', problem: 'missing', reason });
    return undefined;
  }
  if (!stats.isFile()) return undefined;
  if (record.sha256 === undefined && sha256Of(object) !== sha256) return 'its object is not the archive';
  return record.sha256 === undefined || record.sha256 === sha256 ? undefined : 'it is the record of another archive';
}

/** The trees that have a record, which is not read here. */
export function listTreeFiles(inspection: Inspection): ReadonlySet<TreeDigest> {
  const { layout } = inspection;
  const directory = layout.directory('trees');
  const trees = new Set<TreeDigest>();
  for (const shard of namesIn(directory)) {
    const place = path.join(directory, shard);
    const found = /^[0-9a-f]{2}$/.test(shard) ? inspectDirectory(inspection, place) : [''];
    for (const name of found) {
      if (isDigest(shard + name)) trees.add((shard + name) as TreeDigest);
      else findStranger(inspection, { directory: place, name, part: 'tree' });
    }
  }
  return trees;
}

function inspectDigests(inspection: Inspection, directory: string, part: StorePart): readonly string[] {
  return namesIn(directory).filter((name) => {
    if (isDigest(name)) return true;
    findStranger(inspection, { directory, name, part });
    return false;
  });
}
