import { KarapaceError, type ArchivePin } from '@karapace/core';

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/u;
const VERSION = /^(?:\d{1,9}:)?(?<file>[A-Za-z0-9][A-Za-z0-9._+~^]*-[A-Za-z0-9][A-Za-z0-9._+~^]*)$/u;
const ARCH = /^[a-z][a-z0-9_]*$/u;

/** What names one archive of a package. */
export type ArchiveName = Pick<ArchivePin, 'name' | 'version' | 'arch'>;

/** Whether rpm could have built a package with this name, version and architecture. */
export function isRpmName({ name, version, arch }: ArchiveName): boolean {
  return NAME.test(name) && VERSION.test(version) && ARCH.test(arch);
}

/**
 * The name of an archive as rpm writes it: `<name>-<version>-<release>.<arch>.rpm`, without the epoch.
 *
 * @throws KarapaceError `LOCK_INVALID` where a field is not what rpm allows: a lock is not to be trusted
 */
export function archiveFileName(archive: ArchiveName): string {
  const { name, version, arch } = archive;
  if (!isRpmName(archive)) {
    throw new KarapaceError(
      'LOCK_INVALID',
      `\`${name}\` \`${version}\` \`${arch}\` is no name, version and architecture of an rpm package`,
      { hint: 'Remove the lock and run `karapace build` to resolve it again.' },
    );
  }
  return `${name}-${VERSION.exec(version)?.groups?.['file'] ?? ''}.${arch}.rpm`;
}
