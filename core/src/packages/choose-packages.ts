import type { AskedPackage } from './asked-packages.ts';
import { KarapaceError } from '../errors.ts';
import { unknownVersion } from './package-errors.ts';
import { ambiguousPackages, quoteNames, unknownPackages } from './package-names.ts';

/** A package of a repository, as far as names stand for it. */
export interface OfferedPackage {
  readonly name: string;
  readonly version: string;
  /** Names that it provides besides its own, without versions. */
  readonly provides: readonly string[];
  /** Groups that it is a member of. */
  readonly groups: readonly string[];
}

/** What there is to choose from. */
export interface PackageOffer {
  readonly packages: readonly OfferedPackage[];
  /** What the image has: version by name. */
  readonly installed: ReadonlyMap<string, string>;
  /** Whether a version is one that was asked for. */
  readonly fits: (version: string, asked: string) => boolean;
}

export interface ChosenPackage {
  /** As the manifest has it, without the version. */
  readonly asked: string;
  /** The package that it stands for. */
  readonly name: string;
  readonly version: string | undefined;
}

/**
 * Finds the package for each name, for tools that would choose among several by themselves. What only the image has, and
 * no repository, is not chosen again.
 *
 * @throws KarapaceError `PACKAGE_UNKNOWN` for names that no package has or provides, that several provide or that stand
 * for a group, and for versions that do not exist
 */
export function choosePackages(
  asked: readonly AskedPackage[],
  { packages, installed, fits }: PackageOffer,
): readonly ChosenPackage[] {
  const catalogue = openCatalogue(packages);
  const here = asked.filter(({ name }) => catalogue.versions(name).length === 0 && installed.has(name));
  const wanted = asked.filter((one) => !here.includes(one));
  const missing = wanted.map(({ name }) => name).filter((name) => catalogue.providers(name).length === 0);
  const groups = missing.filter((name) => catalogue.members(name).length > 0);
  const unknown = missing.filter((name) => !groups.includes(name));
  if (unknown.length > 0) throw unknownPackages(unknown, [...catalogue.names, ...installed.keys()]);
  if (groups.length > 0) throw groupNames(groups.map((name) => ({ name, members: catalogue.members(name) })));
  const several = wanted
    .map(({ name }) => ({ name, providers: catalogue.providers(name) }))
    .filter(({ providers }) => providers.length > 1);
  if (several.length > 0) throw ambiguousPackages(several);
  for (const one of here) checkVersion(one, [installed.get(one.name) ?? ''], fits);
  return wanted.map((one) => {
    const [name = one.name] = catalogue.providers(one.name);
    checkVersion(one, catalogue.versions(name), fits);
    return { asked: one.name, name, version: one.version };
  });
}

function openCatalogue(packages: readonly OfferedPackage[]) {
  const versions = new Map<string, Set<string>>();
  const providers = new Map<string, Set<string>>();
  const groups = new Map<string, Set<string>>();
  for (const one of packages) {
    add(versions, one.name, one.version);
    for (const provided of one.provides) add(providers, provided, one.name);
    for (const group of one.groups) add(groups, group, one.name);
  }
  return {
    names: [...versions.keys(), ...providers.keys()],
    versions: (name: string): readonly string[] => [...(versions.get(name) ?? [])],
    /** A name that is a package's stands for it, whoever else provides it. */
    providers: (name: string): readonly string[] =>
      versions.has(name) ? [name] : [...(providers.get(name) ?? [])].toSorted(),
    members: (group: string): readonly string[] => [...(groups.get(group) ?? [])].toSorted(),
  };
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, new Set([value]));
  else values.add(value);
}

function checkVersion({ name, version }: AskedPackage, versions: readonly string[], fits: PackageOffer['fits']): void {
  if (version === undefined || versions.some((known) => fits(known, version))) return;
  throw unknownVersion({ name, version }, versions);
}

function groupNames(groups: readonly { readonly name: string; readonly members: readonly string[] }[]): KarapaceError {
  const parts = groups.map(({ name, members }) => `\`${name}\` is a group of ${quoteNames(members)}`);
  return new KarapaceError('PACKAGE_UNKNOWN', parts.join('; '), { hint: 'Ask for the packages of it that you need.' });
}

/** Names of those chosen, by the list of the manifest that asked. */
export function askedNames(
  lists: { readonly system: readonly AskedPackage[]; readonly gui: readonly AskedPackage[] },
  chosen: readonly ChosenPackage[],
): { readonly system: ReadonlySet<string>; readonly gui: ReadonlySet<string> } {
  const namesOf = (list: readonly AskedPackage[]): ReadonlySet<string> => {
    const asked = new Set(list.map(({ name }) => name));
    return new Set(chosen.filter((one) => asked.has(one.asked)).map(({ name }) => name));
  };
  return { system: namesOf(lists.system), gui: namesOf(lists.gui) };
}
