import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { keepFetched, type PackagePin, type ResolveContext, type SandboxMount } from '@karapace/core';

/** Where a resolving tool leaves packages that it had to fetch to check their signatures, as `<sha256>.rpm`. */
export const FETCHED_INSIDE = '/run/karapace/fetched';

/** A place for such packages. */
export interface FetchedPackages {
  readonly mount: SandboxMount;
  /**
   * Keeps those of the pinned ones that are there.
   *
   * @throws KarapaceError as `keepFetched`
   */
  keep(pins: readonly PackagePin[]): Promise<void>;
}

export async function openFetchedPackages(context: ResolveContext): Promise<FetchedPackages> {
  const directory = await mkdtemp(join(context.scratch, 'fetched-'));
  return {
    mount: { source: directory, target: FETCHED_INSIDE, readOnly: false },
    async keep(pins) {
      for (const pin of pins) await keepFetched(pin, join(directory, `${pin.sha256}.rpm`), context);
    },
  };
}
