import { KarapaceError } from '@karapace/core';

/** A package as a manifest asks for it: `git` or `git=1:2.47.3-0+deb13u1`. */
export interface AskedPackage {
  readonly name: string;
  readonly version: string | undefined;
}

/** A trailing `+` or `-` means "install" and "remove" to apt; a name that ends so must exist before apt sees it. */
const FORM = /^(?<name>[a-z0-9][a-z0-9+.-]+)(?:=(?<version>[A-Za-z0-9][A-Za-z0-9.+:~-]*[A-Za-z0-9~]|[A-Za-z0-9]))?$/u;

/**
 * Reads what a manifest asks for. Whatever apt could take for an option, a path, a pattern or an action is refused here.
 *
 * @throws KarapaceError `PACKAGE_UNKNOWN` naming everything that is no package name
 */
export function parseAsked(texts: readonly string[]): readonly AskedPackage[] {
  const wrong = texts.filter((text) => !FORM.test(text));
  if (wrong.length > 0) {
    throw new KarapaceError(
      'PACKAGE_UNKNOWN',
      `${wrong.map((text) => `\`${text}\``).join(', ')} cannot be the name of a Debian package`,
      {
        hint: 'Write names as `apt-cache search` prints them, at will with a version: `git` or `git=1:2.47.3-1`.',
      },
    );
  }
  return texts.map((text) => {
    const { name = '', version } = FORM.exec(text)?.groups ?? {};
    return { name, version };
  });
}

export function printAsked({ name, version }: AskedPackage): string {
  return version === undefined ? name : `${name}=${version}`;
}
