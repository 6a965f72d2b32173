import { parseAskedPackages, type AskedPackage } from '@karapace/core';

/** The version with or without the release after its hyphen: pacman takes both. */
const FORM =
  /^(?<name>[A-Za-z0-9@_+][A-Za-z0-9@._+-]*)(?:=(?<version>(?:[0-9]+:)?[A-Za-z0-9._+~^]+(?:-[0-9]+(?:\.[0-9]+)?)?))?$/u;

/** @throws KarapaceError `PACKAGE_UNKNOWN` naming everything that is no package name */
export function parseAsked(texts: readonly string[]): readonly AskedPackage[] {
  return parseAskedPackages(texts, {
    form: FORM,
    kind: 'package of pacman',
    hint: 'Write names as `pacman -Ssq` prints them, at will with a version: `git` or `git=2.47.0-1`.',
  });
}

/** pacman's word for a package: `git`, `git=2.47.0-1`. */
export function printAsked({ name, version }: AskedPackage): string {
  return version === undefined ? name : `${name}=${version}`;
}

/** Whether a version is one that was asked for: the release after the hyphen need not be said. */
export function fitsVersion(version: string, asked: string): boolean {
  return version === asked || version.replace(/-[^-]*$/u, '') === asked;
}
