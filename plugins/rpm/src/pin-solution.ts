import { pinPackages, type PackagePin, type PackageRequest } from '@karapace/core';

import { chooseProvider, type KnownNames } from './choose-packages.ts';
import { parseAsked } from './package-request.ts';
import { pinArchive, type RepositoryArchive } from './pin-archive.ts';

/** A set of archives that a tool has chosen, and who it was that chose. */
export interface Solution {
  readonly archives: readonly RepositoryArchive[];
  /** Name of the PackageManager. */
  readonly manager: string;
  readonly known: KnownNames;
}

/** @throws KarapaceError `MIRROR_FAILED` where the metadata of an archive pins nothing that may be fetched */
export function pinSolution({ archives, manager, known }: Solution, request: PackageRequest): readonly PackagePin[] {
  const namesAskedFor = (texts: readonly string[]) =>
    new Set(parseAsked(texts).map(({ name }) => chooseProvider(name, known) ?? name));
  return pinPackages(archives.map(pinArchive), manager, {
    system: namesAskedFor(request.system),
    gui: namesAskedFor(request.gui),
  });
}
