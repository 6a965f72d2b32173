import { KarapaceError } from '@karapace/core';

/** Names of directories on the server. */
export interface ImageReference {
  readonly distribution: string;
  /** `undefined`: the highest version that the server has. */
  readonly release: string | undefined;
}

interface Distribution {
  readonly directory: string;
  readonly defaultRelease: string;
  /** Other names of releases; `undefined` for the highest version. */
  readonly releases: Readonly<Record<string, string | undefined>>;
}

const UBUNTU = { '20.04': 'focal', '22.04': 'jammy', '24.04': 'noble', '24.10': 'oracular', '26.04': 'resolute' };
const DEBIAN = { '11': 'bullseye', '12': 'bookworm', '13': 'trixie', stable: 'trixie', unstable: 'sid' };

/** Where the established names are found. */
const DISTRIBUTIONS: Readonly<Record<string, Distribution>> = {
  arch: { directory: 'archlinux', defaultRelease: 'current', releases: { rolling: 'current' } },
  debian: { directory: 'debian', defaultRelease: 'trixie', releases: DEBIAN },
  fedora: { directory: 'fedora', defaultRelease: '42', releases: {} },
  opensuse: { directory: 'opensuse', defaultRelease: 'tumbleweed', releases: { leap: undefined } },
  rolling: { directory: 'opensuse', defaultRelease: 'tumbleweed', releases: {} },
  ubuntu: { directory: 'ubuntu', defaultRelease: 'noble', releases: UBUNTU },
};

const REFERENCE = /^(?:lxc:)?(?<name>[a-z0-9][a-z0-9-]*)(?:\/(?<release>[a-z0-9][a-z0-9.-]*))?(?:@[0-9a-f]{64})?$/u;

/** Debian and Ubuntu without `lxc:` are made from their packages, by another source. */
export function isOurs(reference: string): boolean {
  return /^(?:lxc:|(?:arch|fedora|opensuse|rolling)(?:[/@]|$))/u.test(reference);
}

export function isPinned(reference: string): boolean {
  return /@[0-9a-f]{64}$/u.test(reference);
}

/** @throws KarapaceError `IMAGE_UNKNOWN` */
export function parseReference(reference: string): ImageReference {
  const { name, release } = REFERENCE.exec(reference)?.groups ?? {};
  const known = name === undefined || !Object.hasOwn(DISTRIBUTIONS, name) ? undefined : DISTRIBUTIONS[name];
  if (name === undefined || (name === 'rolling' && release !== undefined)) throw malformed(reference);
  if (known === undefined) {
    if (release === undefined) throw malformed(reference);
    return { distribution: name, release };
  }
  const wanted = release ?? known.defaultRelease;
  const isAlias = Object.hasOwn(known.releases, wanted);
  return { distribution: known.directory, release: isAlias ? known.releases[wanted] : wanted };
}

function malformed(reference: string): KarapaceError {
  return new KarapaceError('IMAGE_UNKNOWN', `\`${reference}\` is no image of an image server`, {
    hint: 'Write `fedora/42`, `arch`, `opensuse/tumbleweed`, `opensuse/leap` or `rolling`; any other distribution as `lxc:<distribution>/<release>`.',
  });
}
