import { parseAskedPackages, type AskedPackage } from '@karapace/core';

/** A trailing `+` or `-` means "install" and "remove" to apt; a name that ends so must exist before apt sees it. */
const FORM = /^(?<name>[a-z0-9][a-z0-9+.-]+)(?:=(?<version>[A-Za-z0-9][A-Za-z0-9.+:~-]*[A-Za-z0-9~]|[A-Za-z0-9]))?$/u;

/** @throws KarapaceError `PACKAGE_UNKNOWN` naming everything that is no package name */
export function parseAsked(texts: readonly string[]): readonly AskedPackage[] {
  return parseAskedPackages(texts, {
    form: FORM,
    kind: 'Debian package',
    hint: 'Write names as `apt-cache search` prints them, at will with a version: `git` or `git=1:2.47.3-1`.',
  });
}

export function printAsked({ name, version }: AskedPackage): string {
  return version === undefined ? name : `${name}=${version}`;
}
