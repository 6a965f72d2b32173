import { KarapaceError, quoteNames } from '@karapace/core';

/** A package as a manifest asks for it: `git` or `git=2.47.0-1`. */
export interface AskedPackage {
  readonly name: string;
  /** With or without the release after the hyphen. */
  readonly version: string | undefined;
}

const FORM =
  /^(?<name>[A-Za-z0-9@_+][A-Za-z0-9@._+-]*)(?:=(?<version>(?:[0-9]+:)?[A-Za-z0-9._+~^]+(?:-[0-9]+(?:\.[0-9]+)?)?))?$/u;

/**
 * Reads what a manifest asks for. Whatever pacman could take for an option, a path, a repository or a file is refused here.
 *
 * @throws KarapaceError `PACKAGE_UNKNOWN` naming everything that is no package name
 */
export function parseAsked(texts: readonly string[]): readonly AskedPackage[] {
  const wrong = texts.filter((text) => !FORM.test(text));
  if (wrong.length > 0) {
    throw new KarapaceError('PACKAGE_UNKNOWN', `${quoteNames(wrong)} cannot be the name of a package of pacman`, {
      hint: 'Write names as `pacman -Ssq` prints them, at will with a version: `git` or `git=2.47.0-1`.',
    });
  }
  return texts.map((text) => {
    const { name = '', version } = FORM.exec(text)?.groups ?? {};
    return { name, version };
  });
}

export function printAsked({ name, version }: AskedPackage): string {
  return version === undefined ? name : `${name}=${version}`;
}
