import type { LockedPackage, LockFile, PackagePin } from '../contracts/lock.ts';
import { pinName } from './lock-grammar.ts';

/** What changes most often is in the topmost, so this many are enough, and mounting stays cheap. */
const MOST_LAYERS = 8;

export interface ResolvedPackages extends Pick<LockFile, 'ids'> {
  readonly base: Pick<LockFile['base'], 'tree'>;
  readonly packages: readonly PackagePin[];
}

/**
 * Says which layer installs each package. The layers of the lock that was before, from the lowest up, stay as they are while
 * every package of theirs is there as it was; all the others come into one layer above them. So one package more is one
 * small layer more, and what was installed is not installed again. Without a lock before, there is one layer. Pure.
 */
export function stackPackages(now: ResolvedPackages, before: LockFile | undefined): readonly LockedPackage[] {
  const kept = new Map(intactLayers(now, before).flatMap((layer, index) => layer.map((pin) => [pinName(pin), index])));
  const next = new Set(kept.values()).size;
  return now.packages.map((pin) => ({ ...pin, layer: kept.get(pinName(pin)) ?? next }));
}

function intactLayers(now: ResolvedPackages, before: LockFile | undefined): readonly (readonly LockedPackage[])[] {
  if (before === undefined || before.base.tree !== now.base.tree || before.ids !== now.ids) return [];
  const found = new Map(now.packages.map((pin) => [pinName(pin), pin]));
  const layers = packageLayers(before.packages);
  const broken = layers.findIndex((layer) => !layer.every((pin) => isSame(pin, found.get(pinName(pin)))));
  const intact = broken === -1 ? layers : layers.slice(0, broken);
  const isWhole = intact.flat().length === now.packages.length;
  return isWhole ? intact : intact.slice(0, MOST_LAYERS - 1);
}

/** By layer, the lowest first. */
export function packageLayers(packages: readonly LockedPackage[]): readonly (readonly LockedPackage[])[] {
  return [...Map.groupBy(packages, ({ layer }) => layer)]
    .toSorted(([left], [right]) => left - right)
    .map(([, layer]) => layer);
}

/** Who asked for a package is written into what is installed. Where it comes from is not. */
function isSame(before: PackagePin, now: PackagePin | undefined): boolean {
  return before.sha256 === now?.sha256 && before.manager === now.manager && before.asked === now.asked;
}
