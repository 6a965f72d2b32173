import { parseAskedPackages, type AskedPackage } from '@karapace/core';

/** Before a colon stands what kind of thing is provided: `cmd:git`, `pc:zlib`, `so:libz.so.1`. */
const FORM =
  /^(?<name>(?:[a-z0-9][a-z0-9.]*:)?[A-Za-z0-9_][A-Za-z0-9_.+-]*)(?:=(?<version>[0-9]+(?:\.[0-9]+)*[a-z]?(?:_[a-z]+[0-9]*)*(?:~[0-9a-f]+)?(?:-r[0-9]+)?))?$/u;

/** @throws KarapaceError `PACKAGE_UNKNOWN` naming everything that is no package name */
export function parseAsked(texts: readonly string[]): readonly AskedPackage[] {
  return parseAskedPackages(texts, {
    form: FORM,
    kind: 'package of apk',
    hint: 'Write names as `apk list` knows them, at will with a version: `git` or `git=2.45.2-r0`.',
  });
}

/** apk's word for a package: `git`, `git=2.45.2-r0`. */
export function printAsked({ name, version }: AskedPackage): string {
  return version === undefined ? name : `${name}=${version}`;
}
