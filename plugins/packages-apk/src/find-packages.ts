import { KarapaceError } from '@karapace/core';

import { ARCH, NAME, VERSION } from './package-names.ts';
import type { Repository } from './repositories.ts';
import type { IndexedPackage } from './repository-index.ts';
import type { AddedPackage } from './simulated-changes.ts';

/** A repository with the index that it has now. */
export interface OpenRepository extends Repository {
  readonly packages: readonly IndexedPackage[];
}

/** A package that is to be fetched, and how it is known again. */
export interface FoundPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly url: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** SHA-1 of the control section, in hex digits. */
  readonly identity: string;
}

/**
 * Finds what apk would add in the indexes that it chose from, the first repository that has it first.
 *
 * @param arch apk's name of the architecture, which is part of addresses
 * @throws KarapaceError `MIRROR_FAILED` where no index has it, two have different ones, or one has what cannot be true
 */
export function findPackages(
  added: readonly AddedPackage[],
  repositories: readonly OpenRepository[],
  arch: string,
): readonly FoundPackage[] {
  const offers = repositories.flatMap(({ url, packages }) => packages.map((one) => ({ url, one })));
  const byKey = Map.groupBy(offers, ({ one }) => keyOf(one));
  return added.map((wanted) => {
    const found = byKey.get(keyOf(wanted)) ?? [];
    const [first] = found;
    if (first === undefined) throw refuse('No index', wanted, 'has it, although apk chose it');
    const other = found.find(({ one }) => one.checksum !== first.one.checksum);
    if (other !== undefined)
      throw refuse(`\`${first.url}\` and \`${other.url}\``, wanted, 'have different packages of it');
    return checkPackage(first.one, { url: first.url, arch });
  });
}

function keyOf({ name, version }: AddedPackage): string {
  return `${name} ${version}`;
}

function checkPackage(one: IndexedPackage, place: { readonly url: string; readonly arch: string }): FoundPackage {
  const { name, version, arch, size, checksum } = one;
  const index = `The index of \`${place.url}\``;
  if (!NAME.test(name) || !VERSION.test(version) || !ARCH.test(arch) || !ARCH.test(place.arch))
    throw refuse(index, one, `has it with the architecture \`${arch}\`, which is no name`);
  const [, digest] = /^Q1(?<sha1>[A-Za-z0-9+/]{27}=)$/u.exec(checksum) ?? [];
  if (digest === undefined || !/^[1-9][0-9]{0,14}$/u.test(size))
    throw refuse(index, one, 'has no checksum and size of it');
  return {
    ...{ name, version, arch, size: Number(size) },
    identity: Buffer.from(digest, 'base64').toString('hex'),
    url: `${place.url}/${place.arch}/${name}-${version}.apk`,
  };
}

function refuse(who: string, { name, version }: AddedPackage, what: string): KarapaceError {
  return new KarapaceError('MIRROR_FAILED', `${who} for \`${name}\` \`${version}\`: ${what}`, {
    hint: 'Use a repository whose index is made by `apk index`.',
  });
}
