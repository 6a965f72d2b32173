import { KarapaceError, type ArchivePin } from '@karapace/core';

const NAME = /^[a-z0-9][a-z0-9+.-]*$/u;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9.+:~-]*$/u;
const ARCH = /^[a-z0-9][a-z0-9-]*$/u;

/**
 * The name of an archive as Debian writes it: `<name>_<version>_<arch>.deb`, the epoch's colon as `%3a`.
 *
 * @throws KarapaceError `LOCK_INVALID` where a field is not what Debian's policy allows: a lock is not to be trusted
 */
export function archiveFileName({ name, version, arch }: Pick<ArchivePin, 'name' | 'version' | 'arch'>): string {
  if (!NAME.test(name) || !VERSION.test(version) || !ARCH.test(arch)) {
    throw new KarapaceError(
      'LOCK_INVALID',
      `\`${name}\` \`${version}\` \`${arch}\` is no name, version and architecture of a Debian package`,
      {
        hint: 'Remove the lock and run `karapace build` to resolve it again.',
      },
    );
  }
  return `${name}_${version.replaceAll(':', '%3a')}_${arch}.deb`;
}
