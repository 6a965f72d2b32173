import { KarapaceError, type PackagePin } from '@karapace/core';

import { ARCH, NAME, VERSION } from './package-names.ts';

/**
 * The name of an archive as repositories have it: `<name>-<version>.apk`.
 *
 * @throws KarapaceError `LOCK_INVALID` where a field is not what apk-package(5) allows: a lock is not to be trusted
 */
export function archiveFileName({ name, version, arch }: PackagePin): string {
  if (NAME.test(name) && VERSION.test(version) && ARCH.test(arch)) return `${name}-${version}.apk`;
  throw new KarapaceError(
    'LOCK_INVALID',
    `\`${name}\` \`${version}\` \`${arch}\` is no name, version and architecture of a package of apk`,
    { hint: 'Remove the lock and run `karapace build` to resolve it again.' },
  );
}
