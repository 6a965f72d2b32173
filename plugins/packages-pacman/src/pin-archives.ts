import { KarapaceError, type ArchivePin } from '@karapace/core';

import { ARCH, FILE, NAME, VERSION } from './package-names.ts';
import type { SyncPackage } from './sync-index.ts';

/** One package that pacman would add. */
export interface ClosureEntry {
  readonly repository: string;
  readonly name: string;
  readonly version: string;
  readonly url: string;
}

/**
 * Reads what `CLOSURE_SCRIPT` prints.
 *
 * @throws KarapaceError `TOOL_FAILED` for a line in another form
 */
export function parseClosure(text: string): readonly ClosureEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, repository, name, version, url] = /^(\S+) (\S+) (\S+) (\S+)$/u.exec(line) ?? [];
      if (repository === undefined || name === undefined || version === undefined || url === undefined)
        throw new KarapaceError('TOOL_FAILED', `pacman printed \`${line}\` where a package was expected`);
      return { repository, name, version, url };
    });
}

/**
 * Joins what would be added with what the databases say of it.
 *
 * @throws KarapaceError `MIRROR_FAILED` where a database lacks a digest or has what cannot be true
 */
export function pinArchives(closure: readonly ClosureEntry[], packages: readonly SyncPackage[]): readonly ArchivePin[] {
  const known = new Map(packages.map((one) => [keyOf(one), one]));
  return closure.map((entry) => pinOf(entry, known.get(keyOf(entry))));
}

function keyOf({ repository, name, version }: Pick<SyncPackage, 'repository' | 'name' | 'version'>): string {
  return `${repository} ${name} ${version}`;
}

function pinOf({ repository, name, version, url }: ClosureEntry, known: SyncPackage | undefined): ArchivePin {
  const refuse = (reason: string, hint = 'Use another mirror.'): KarapaceError =>
    new KarapaceError('MIRROR_FAILED', `The database of the repository \`${repository}\` ${reason}`, { hint });
  if (known === undefined) throw refuse(`does not have \`${name}\` \`${version}\`, which pacman chose`);
  const { arch, file, size, sha256 } = known;
  if (!NAME.test(name) || !VERSION.test(version) || !ARCH.test(arch))
    throw refuse(`has a package with the name, version and architecture \`${name}\` \`${version}\` \`${arch}\``);
  if (!FILE.test(file) || !url.endsWith(`/${file}`)) throw refuse(`names \`${file}\` as the file of \`${name}\``);
  if (!/^https?:\/\//u.test(url))
    throw refuse(`is at \`${url}\``, 'Use a mirror with an `http` or `https` address: a lock holds no other.');
  if (!/^[0-9a-f]{64}$/u.test(sha256) || !/^[1-9][0-9]{0,14}$/u.test(size))
    throw refuse(`has no size and SHA-256 of \`${name}\``, 'Use a mirror whose databases are made by `repo-add`.');
  return { name, version, arch, url, size: Number(size), sha256 };
}
