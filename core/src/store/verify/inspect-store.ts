import type { EnvIdentity, LayerKey, TreeDigest } from '../../contracts/ids.ts';
import { isDangling } from '../dangling-name.ts';
import { isEnvironmentName } from '../environment-name.ts';
import { isNameRecord } from '../environment-names.ts';
import type { StoreLayout } from '../store-layout.ts';
import { emptyTally, type Tally } from './found.ts';
import { inspectArchives, inspectLayers, listTreeFiles } from './inspect-content.ts';
import { inspectEnvironments } from './inspect-environments.ts';
import { inspectPlaces } from './inspect-places.ts';
import { find, findStranger, inspectRecord, isThere, namesIn, type Inspection } from './inspection.ts';
import type { GraphEnvironment, StoreGraph } from './store-graph.ts';

/** What all files but objects and trees came to. */
export interface InspectedStore {
  readonly tally: Tally;
  readonly graph: StoreGraph;
  readonly trees: ReadonlySet<TreeDigest>;
  /** Some layer was made where there is one id. */
  readonly hasSingle: boolean;
}

/** Reads all records, and looks whether what they need is there. Who needs something is read before it. */
export function inspectStore(layout: StoreLayout): InspectedStore {
  const tally = emptyTally();
  const inspection: Inspection = { layout, tally };
  inspectPlaces(inspection);
  const names = inspectNames(inspection);
  const environments = inspectEnvironments(inspection);
  const { layers, hasSingle } = inspectLayers(inspection);
  const archives = inspectArchives(inspection);
  const trees = listTreeFiles(inspection);
  for (const environment of environments) inspectNeeds(inspection, environment);
  for (const [key, tree] of layers)
    inspectNeed(inspection, layout.tree(tree), { part: 'tree', by: `the layer \`${short(key)}\`` });
  return { tally, trees, hasSingle, graph: { environments, layers, archives, names } };
}

function inspectNames(inspection: Inspection): ReadonlyMap<string, EnvIdentity> {
  const { layout } = inspection;
  const names = new Map<string, EnvIdentity>();
  const directory = layout.directory('names');
  for (const name of namesIn(directory)) {
    if (!isEnvironmentName(name)) {
      findStranger(inspection, { directory, name, part: 'name' });
      continue;
    }
    const file = layout.name(name);
    const record = inspectRecord(inspection, { file, part: 'name', kind: 'name' }, isNameRecord);
    if (typeof record !== 'object') continue;
    const reason = nameProblem(layout, name, record);
    if (reason === undefined) names.set(name, record.env_id);
    else find(inspection, file, { part: 'name', problem: 'damaged', reason });
  }
  return names;
}

interface Naming {
  readonly env_id: EnvIdentity;
  readonly name?: string | undefined;
}

function nameProblem(layout: StoreLayout, name: string, record: Naming): string | undefined {
  if (record.name !== undefined && record.name !== name) return 'it is the record of another name';
  return isDangling(layout, name, record.env_id) ? `its environment \`${record.env_id}\` is missing` : undefined;
}

function inspectNeeds(inspection: Inspection, { id, layers, trees, archives }: GraphEnvironment): void {
  const { layout } = inspection;
  const by = `the environment \`${short(id)}\``;
  for (const key of layers) inspectNeed(inspection, layout.layer(key), { part: 'layer', by });
  for (const tree of new Set(trees)) inspectNeed(inspection, layout.tree(tree), { part: 'tree', by });
  for (const sha256 of archives) inspectNeed(inspection, layout.archive(sha256), { part: 'archive', by });
}

interface Need {
  readonly part: 'layer' | 'tree' | 'archive';
  /** Who needs it. */
  readonly by: string;
}

function inspectNeed(inspection: Inspection, file: string, { part, by }: Need): void {
  if (isThere(file)) return;
  find(inspection, file, { part, problem: 'missing', reason: `${by} needs it, and it is missing` });
}

function short(id: LayerKey | EnvIdentity): string {
  return id.slice(0, 12);
}
