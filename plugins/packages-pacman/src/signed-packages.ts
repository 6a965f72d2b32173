import type { ClosureEntry } from './pin-archives.ts';

/**
 * The packages, as `repository/name`, whose signatures the image wants checked and whose digest nobody has signed: where
 * the database itself must be signed, pacman has checked that, and with it every digest that it holds.
 */
export function signedPackages(
  closure: readonly ClosureEntry[],
  levels: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return closure
    .filter(({ repository }) => {
      const own = levels.get(repository) ?? [];
      return !own.includes('PackageNever') && !own.includes('DatabaseRequired');
    })
    .map(({ repository, name }) => `${repository}/${name}`);
}
