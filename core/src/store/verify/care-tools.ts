import fs from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import type { IdSpace } from '../../contracts/backend.ts';
import type { Ids } from '../../contracts/ids.ts';
import { KarapaceError } from '../../errors.ts';
import { makeDirectory } from '../make-directory.ts';
import { decodeRecord } from '../record.ts';
import { readStoreFile } from '../read-store-file.ts';
import { lazyStaging } from '../staging.ts';
import { isFormat } from '../store-format.ts';
import type { StoreLayout } from '../store-layout.ts';
import { storeWriter } from '../store-writer.ts';
import { treeClients } from '../tree-clients.ts';
import { treeRemover, tryRemove } from '../tree-remover.ts';
import type { VerifyCrew } from './verify-crew.ts';
import type { VerifyUnit } from './verify-unit.ts';
import type { VerifiedUnits } from './verify-units.ts';

export interface CareOptions {
  readonly ids: Ids;
  readonly idSpace: (ids: Ids) => Promise<IdSpace>;
  readonly onWait?: ((holder: string) => void) | undefined;
}

/** What a store's care needs of this process, where the store itself may be too damaged to be opened. */
export interface StoreCareTools extends AsyncDisposable {
  /** Finishes what a dead writer decided, as far as it can be read: half of it done would look like damage. */
  settle(): Promise<void>;
  ask(units: readonly VerifyUnit[], owners: boolean): Promise<VerifiedUnits>;
}

export function openCare(layout: StoreLayout, { ids, idSpace, onWait }: CareOptions): StoreCareTools {
  // Nothing is kept in these, and nothing can be done without them.
  for (const name of ['tmp', 'locks'] as const) makeDirectory(layout.directory(name), 0o755);
  const staging = lazyStaging(layout);
  const clients = treeClients({ root: layout.root, idSpace, staging: () => staging.get() });
  const { removeLeft } = treeRemover(clients);
  const isHere = idSpace(ids).then(({ isOwn }) => isOwn === true && isOwner(layout.root));
  // Another process starts while the records are read. Whoever asks it hears why it did not.
  isHere.then((here) => (here ? undefined : clients.get(ids))).catch(() => undefined);
  let crew: VerifyCrew | undefined;

  async function askHere(units: readonly VerifyUnit[], owners: boolean): Promise<VerifiedUnits> {
    const { verifyCrew } = await import('./verify-crew.ts');
    crew ??= verifyCrew({ root: layout.root, staging: staging.get().directory, owners });
    // Whoever shows how far it is, or is to stop it, has his turn between.
    await setImmediate();
    return crew.verify(units);
  }

  return {
    async settle() {
      const storeId = readIdIfWhole(layout);
      if (storeId === undefined) return;
      const own = { layout, id: () => storeId, staging: () => staging.get().directory, onWait, remove: removeLeft };
      try {
        await storeWriter(own).settle();
      } catch (error) {
        // A finding of its own.
        if (!isDamage(error)) throw error;
      }
    },
    ask: async (units, owners) =>
      (await isHere) ? askHere(units, owners) : (await clients.get(ids)).ask('verify', { units, owners }),
    async [Symbol.asyncDispose]() {
      await crew?.close();
      await clients.close();
      staging.close(tryRemove);
    },
  };
}

/** As the process that works on trees sees to. */
function isOwner(root: string): boolean {
  return fs.statSync(root).uid === process.getuid?.();
}

function isDamage(error: unknown): boolean {
  return error instanceof KarapaceError && (error.code === 'STORE_CORRUPT' || error.code === 'STORE_VERSION');
}

function readIdIfWhole(layout: StoreLayout): string | undefined {
  const found = readStoreFile(layout.format);
  if (typeof found === 'string') return undefined;
  const decoded = decodeRecord('store', found.bytes.toString('utf8'));
  return 'value' in decoded && isFormat(decoded.value) ? decoded.value.store_id : undefined;
}
