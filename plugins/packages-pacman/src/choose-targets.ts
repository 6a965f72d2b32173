import { ambiguousPackages, KarapaceError, quoteNames, unknownPackages } from '@karapace/core';

import { printAsked, type AskedPackage } from './package-request.ts';
import type { PackageIndex, SyncPackage } from './sync-index.ts';

/** What pacman is asked for. */
export interface Target {
  /** As the manifest has it, without the version. */
  readonly asked: string;
  /** The package that it stands for. */
  readonly name: string;
  /** pacman's word for it: `git`, `git=2.47.0-1`. */
  readonly text: string;
}

/**
 * Finds the package for each name, before pacman is asked: pacman would choose among several by itself.
 * What only the image has, and no repository, is not asked for again.
 *
 * @throws KarapaceError `PACKAGE_UNKNOWN` for names that no package has or provides, that several provide or that stand
 * for a group, and for versions that do not exist
 */
export function chooseTargets(asked: readonly AskedPackage[], index: PackageIndex): readonly Target[] {
  const catalogue = openCatalogue(index.packages);
  const here = asked.filter(({ name }) => catalogue.named(name).length === 0 && index.installed.has(name));
  const wanted = asked.filter((one) => !here.includes(one));
  const missing = wanted.map(({ name }) => name).filter((name) => catalogue.candidates(name).length === 0);
  const groups = missing.filter((name) => catalogue.members(name).length > 0);
  const unknown = missing.filter((name) => !groups.includes(name));
  if (unknown.length > 0) throw unknownPackages(unknown, [...catalogue.names, ...index.installed.keys()]);
  if (groups.length > 0) throw groupNames(groups.map((name) => ({ name, members: catalogue.members(name) })));
  const ambiguous = wanted.map(({ name }) => ({ name, providers: catalogue.candidates(name) }));
  const several = ambiguous.filter(({ providers }) => providers.length > 1);
  if (several.length > 0) throw ambiguousPackages(several);
  for (const one of here) checkVersion(one, [index.installed.get(one.name) ?? '']);
  return wanted.map((one) => {
    const [name = one.name] = catalogue.candidates(one.name);
    checkVersion(
      one,
      catalogue.named(name).map(({ version }) => version),
    );
    return { asked: one.name, name, text: printAsked({ ...one, name }) };
  });
}

function openCatalogue(packages: readonly SyncPackage[]) {
  const byName = Map.groupBy(packages, ({ name }) => name);
  const providers = new Map<string, Set<string>>();
  const groups = new Map<string, Set<string>>();
  for (const { name, provides, groups: memberOf } of packages) {
    for (const provided of provides) add(providers, withoutVersion(provided), name);
    for (const group of memberOf) add(groups, group, name);
  }
  const named = (name: string): readonly SyncPackage[] => byName.get(name) ?? [];
  return {
    names: [...byName.keys(), ...providers.keys()],
    named,
    /** A name that is a package's stands for it, whoever else provides it. */
    candidates: (name: string): readonly string[] =>
      named(name).length > 0 ? [name] : [...(providers.get(name) ?? [])].toSorted(),
    members: (group: string): readonly string[] => [...(groups.get(group) ?? [])].toSorted(),
  };
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}

function withoutVersion(provided: string): string {
  return provided.split(/[<=>]/u, 1)[0] ?? '';
}

function checkVersion({ name, version }: AskedPackage, versions: readonly string[]): void {
  if (version === undefined) return;
  if (versions.some((known) => known === version || known.replace(/-[^-]*$/u, '') === version)) return;
  throw new KarapaceError('PACKAGE_UNKNOWN', `Package \`${name}\` has no version \`${version}\``, {
    hint: `Ask for \`${name}\` alone, or for one of these versions: ${quoteNames(versions)}.`,
  });
}

function groupNames(groups: readonly { readonly name: string; readonly members: readonly string[] }[]): KarapaceError {
  const parts = groups.map(({ name, members }) => `\`${name}\` is a group of ${quoteNames(members)}`);
  return new KarapaceError('PACKAGE_UNKNOWN', parts.join('; '), { hint: 'Ask for the packages of it that you need.' });
}
