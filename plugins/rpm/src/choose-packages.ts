import {
  ambiguousPackages,
  unknownPackages,
  unknownVersion,
  type AskedPackage,
  type KarapaceError,
} from '@karapace/core';

/** What repositories and the image know of a name. */
export interface KnownName {
  /** Versions of the package itself, as `printVersion` prints them. */
  readonly versions: readonly string[];
  /** Names of the packages that provide it. */
  readonly providers: readonly string[];
}

export type KnownNames = ReadonlyMap<string, KnownName>;

/** The package that a name stands for: itself, or the one package that provides it. Undefined where that is not one. */
export function chooseProvider(name: string, known: KnownNames): string | undefined {
  const { versions, providers } = known.get(name) ?? NOTHING;
  if (versions.length > 0) return name;
  return providers.length === 1 ? providers[0] : undefined;
}

/**
 * What is wrong with the names asked for, if anything is: the first kind of error alone, for all names.
 *
 * @param exist every name there is, to find near ones
 */
export function findWrongNames(
  asked: readonly AskedPackage[],
  known: KnownNames,
  exist: readonly string[],
): KarapaceError | undefined {
  const shown = asked.map(({ name, version }) => ({ name, version, ...(known.get(name) ?? NOTHING) }));
  const unknown = shown.filter(
    ({ version, versions, providers }) => versions.length === 0 && (version !== undefined || providers.length === 0),
  );
  if (unknown.length > 0) return unknownPackages(namesOf(unknown), exist);
  const ambiguous = shown.filter(({ versions, providers }) => versions.length === 0 && providers.length > 1);
  if (ambiguous.length > 0) return ambiguousPackages(ambiguous);
  for (const { name, version, versions } of shown) {
    if (version !== undefined && !versions.includes(version)) return unknownVersion({ name, version }, versions);
  }
  return undefined;
}

const NOTHING: KnownName = { versions: [], providers: [] };

function namesOf(packages: readonly AskedPackage[]): readonly string[] {
  return packages.map(({ name }) => name);
}
