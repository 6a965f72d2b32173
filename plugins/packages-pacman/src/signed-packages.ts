import type { ArchivePin } from '@karapace/core';

import type { ClosureEntry } from './pin-archives.ts';

export interface SignedPackage {
  readonly pin: ArchivePin;
  /** pacman's word for exactly this one: `core/git`. */
  readonly target: string;
}

/**
 * The packages whose signatures the image wants checked and whose digest nobody has signed: where the database itself must be
 * signed, pacman has checked that, and with it every digest that it holds.
 */
export function signedPackages(
  pins: readonly ArchivePin[],
  closure: readonly ClosureEntry[],
  levels: ReadonlyMap<string, readonly string[]>,
): readonly SignedPackage[] {
  const repositories = new Map(closure.map(({ name, repository }) => [name, repository]));
  return pins.flatMap((pin) => {
    const repository = repositories.get(pin.name) ?? '';
    const own = levels.get(repository) ?? [];
    const isSettled = own.includes('PackageNever') || own.includes('DatabaseRequired');
    return isSettled ? [] : [{ pin, target: `${repository}/${pin.name}` }];
  });
}
