import type { PackagePin } from '../contracts/lock.ts';

/**
 * The packages of a lock, with others in the place of those of the same name. Who asked for a package stays; what is new was
 * needed by another. Pure.
 */
export function replacePackages(locked: readonly PackagePin[], upgraded: readonly PackagePin[]): readonly PackagePin[] {
  const byName = Map.groupBy(locked, ({ name }) => name);
  const before = ({ name, arch }: PackagePin): PackagePin | undefined => {
    const named = byName.get(name) ?? [];
    // The architecture of the only one may change: from `all` to one, or back.
    return named.find((pin) => pin.arch === arch) ?? (named.length === 1 ? named[0] : undefined);
  };
  const replaced = new Set(upgraded.map(before));
  const kept = locked.filter((pin) => !replaced.has(pin));
  return [...kept, ...upgraded.map((pin) => ({ ...pin, asked: before(pin)?.asked ?? 'dependency' }))];
}
