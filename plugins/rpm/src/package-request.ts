import { parseAskedPackages, type AskedPackage } from '@karapace/core';

/**
 * A name, and at will `=` and a version with its release. Names have no leading dash, slash, colon, parenthesis or
 * wildcard: dnf and zypper take those for options, files, capabilities, groups and patterns. The characters are those that
 * rpmbuild allows (`ALLOWED_CHARS_NAME` and `ALLOWED_CHARS_EVR` in rpm's build/parsePreamble.c).
 */
const FORM =
  /^(?<name>[A-Za-z0-9_][A-Za-z0-9._+-]*)(?:=(?<version>(?:\d{1,9}:)?[A-Za-z0-9][A-Za-z0-9._+~^]*-[A-Za-z0-9][A-Za-z0-9._+~^]*))?$/u;

/**
 * Reads what a manifest asks for: `git` or `git=2.43.0-1.fc40`.
 *
 * @throws KarapaceError `PACKAGE_UNKNOWN` naming everything that is no package name
 */
export function parseAsked(texts: readonly string[]): readonly AskedPackage[] {
  return parseAskedPackages(texts, {
    form: FORM,
    kind: 'rpm package',
    hint: 'Write names as `rpm --query` knows them, at will with a version and release: `git` or `git=2.43.0-1.fc40`.',
  });
}
