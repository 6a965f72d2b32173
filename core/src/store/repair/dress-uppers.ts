import { KarapaceError } from '../../errors.ts';
import { dressUpper } from '../dress-upper.ts';
import { environmentFiles } from '../environment-files.ts';
import type { StoreCore } from '../store-core.ts';
import type { RepairLog } from './repair-log.ts';
import { readWholeRecords, type WholeRecords } from './rewrite-environment.ts';

/** What cannot be done yet, since a record or a layer is still damaged, is left for the next round of the repair. */
export async function dressUppers(core: StoreCore, { undressed }: RepairLog): Promise<void> {
  for (const id of undressed) {
    const records = readWholeRecords(core.layout, id);
    if (await isDressed(core, records)) undressed.delete(id);
  }
}

async function isDressed(core: StoreCore, { record, lock }: WholeRecords): Promise<boolean> {
  if (record === undefined || lock === undefined) return false;
  const { upper } = environmentFiles(core.layout.environment(record.env_id)).generation(record.generation);
  try {
    await dressUpper(core, upper, { layers: record.layers, ids: lock.ids });
    return true;
  } catch (error) {
    if (error instanceof KarapaceError && error.code === 'STORE_CORRUPT') return false;
    throw error;
  }
}
