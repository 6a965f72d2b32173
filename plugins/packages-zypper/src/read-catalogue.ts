import { join } from 'node:path';

import { parsePackage, printVersion, readPrimary, type KnownName, type RepositoryArchive } from '@karapace/rpm';

import type { ChosenPackage, Inventory, Repository } from './parse-answer.ts';

/** What the repositories of an image say of some names, and the names of all their packages. */
export interface Catalogue {
  readonly known: ReadonlyMap<string, KnownName>;
  readonly exist: readonly string[];
  /** By `archiveKey`. */
  readonly archives: ReadonlyMap<string, RepositoryArchive>;
}

export function archiveKey({ name, version, arch }: ChosenPackage): string {
  return `${name} ${version} ${arch}`;
}

export interface CatalogueRequest {
  /** Where the lists of packages are. */
  readonly directory: string;
  /** The one that wins first. */
  readonly repositories: readonly Repository[];
  readonly inventory: Inventory;
  readonly asked: readonly string[];
  readonly chosen: readonly ChosenPackage[];
}

/** Reads all lists once; keeps of them what was asked for or chosen. */
export async function readCatalogue(request: CatalogueRequest): Promise<Catalogue> {
  const { inventory, asked } = request;
  const exist = new Set(inventory.installed.keys());
  const archives = new Map<string, RepositoryArchive>();
  const versions = new Map(asked.map((name) => [name, new Set(installedVersions(name, inventory))]));
  const providers = new Map(asked.map((name) => [name, new Set<string>()]));
  for (const [name, provider] of inventory.provides) providers.get(name)?.add(provider);
  const wanted = new Set([...asked, ...request.chosen.map(({ name }) => name)]);
  for await (const { element, repository } of elements(request)) {
    const own = nameOf(element);
    exist.add(own);
    if (!wanted.has(own) && !asked.some((name) => element.includes(`name="${name}"`))) continue;
    const archive = parsePackage(element);
    const version = printVersion(archive);
    versions.get(own)?.add(version);
    for (const name of archive.provides) providers.get(name)?.add(own);
    const key = archiveKey({ ...archive, version });
    const base = archive.base ?? repository.address;
    if (!archives.has(key)) archives.set(key, { ...archive, repository: repository.alias, base });
  }
  const known = asked.map((name) => [name, knownName(versions.get(name), providers.get(name))] as const);
  return { known: new Map(known), exist: [...exist], archives };
}

async function* elements({ directory, repositories, inventory }: CatalogueRequest) {
  for (const repository of repositories) {
    const own = inventory.lists.filter((list) => list.directory === repository.alias.replaceAll('/', '_'));
    for (const { number } of own) {
      for await (const element of readPrimary(join(directory, String(number)))) yield { element, repository };
    }
  }
}

function nameOf(element: string): string {
  return /<name>([^<]*)<\/name>/u.exec(element)?.[1] ?? '';
}

function installedVersions(name: string, { installed }: Inventory): readonly string[] {
  const version = installed.get(name);
  return version === undefined ? [] : [version];
}

/** Who provides a name matters only where no package has it. */
function knownName(versions: ReadonlySet<string> = new Set(), providers: ReadonlySet<string> = new Set()): KnownName {
  return { versions: [...versions], providers: versions.size > 0 ? [] : [...providers].toSorted() };
}
