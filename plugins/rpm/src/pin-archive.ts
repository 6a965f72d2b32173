import { KarapaceError, type ArchivePin } from '@karapace/core';

import { isRpmName } from './archive-file-name.ts';

/** What a repository's metadata says of one archive. */
export interface RepositoryArchive {
  readonly name: string;
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  /** The repository's name on the image. */
  readonly repository: string;
  /** The address that `location` is relative to. */
  readonly base: string;
  readonly location: string;
  /** Bytes. */
  readonly size: number;
  readonly checksum: { readonly type: string; readonly digest: string };
}

/** `version-release`, behind the epoch and a colon where there is one. */
export function printVersion({ epoch, version, release }: EpochVersionRelease): string {
  return `${epoch === '' || epoch === '0' ? '' : `${epoch}:`}${version}-${release}`;
}

type EpochVersionRelease = Pick<RepositoryArchive, 'epoch' | 'version' | 'release'>;

/**
 * Pins an archive by what metadata says of it. Metadata may be anybody's: it can neither point out of its repository nor
 * bring a name that means something else to a shell, and only a SHA-256 pins bytes.
 *
 * @throws KarapaceError `MIRROR_FAILED` naming the repository and what is wrong with it
 */
export function pinArchive(archive: RepositoryArchive): ArchivePin {
  const { name, arch, size, checksum, repository } = archive;
  const version = printVersion(archive);
  const refuse = (what: string, hint = REPOSITORY_HINT): never => {
    throw new KarapaceError('MIRROR_FAILED', `The repository \`${repository}\` gives \`${name}\` ${what}`, { hint });
  };
  if (!isRpmName({ name, version, arch })) refuse(`the version \`${version}\` and the architecture \`${arch}\``);
  if (!Number.isSafeInteger(size) || size <= 0) refuse(`a size of \`${size}\` bytes`);
  if (checksum.type !== 'sha256') refuse(`a checksum of the type \`${checksum.type}\` only`, CHECKSUM_HINT);
  if (!/^[0-9a-f]{64}$/u.test(checksum.digest)) refuse(`the SHA-256 \`${checksum.digest}\``);
  if (/^\w+:\/\/[^/]*@/u.test(archive.base)) refuse('an address with a user name or a password', SECRET_HINT);
  const url = addressOf(archive) ?? refuse(`the location \`${archive.location}\``);
  return { name, version, arch, url, size, sha256: checksum.digest };
}

const REPOSITORY_HINT = 'Tell who runs it, or disable the repository in the image.';
const SECRET_HINT = 'Use a mirror that asks for neither: a lock is committed and shared, so it holds no secret.';
const CHECKSUM_HINT =
  'Have its metadata made by `createrepo_c --checksum sha256`, or disable the repository in the image.';

/** A step up, in each spelling that addresses know, and the other slash. */
const STEPS_UP = /(?:^|\/)(?:\.|%2e){2}(?:\/|$)|\\/iu;

/** Undefined for an address that is not below the base, or that no archive can be fetched from. */
function addressOf({ base, location }: RepositoryArchive): string | undefined {
  if (STEPS_UP.test(location)) return undefined;
  const directory = URL.parse(base.endsWith('/') ? base : `${base}/`);
  if (directory === null || !/^https?:$/u.test(directory.protocol)) return undefined;
  const url = URL.parse(location, directory.href);
  return url !== null && url.href.startsWith(directory.href) && url.href !== directory.href ? url.href : undefined;
}
