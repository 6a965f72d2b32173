export type DistributionName = 'debian' | 'ubuntu';

/** What is particular about one distribution. */
export interface Distribution {
  readonly name: DistributionName;
  readonly components: string;
  /** The suite that the bare name means. */
  readonly defaultSuite: string;
  /** The keys that sign its archives: the same path in Debian, in Ubuntu and in their images. */
  readonly keyring: string;
  /** The Debian package that brings the keyring. */
  readonly keyringPackage: string;
  /** A suite that every mmdebstrap knows as this distribution's, so that it tells the mirrors. */
  readonly anchorSuite: string;
  /** Suites by version number. */
  readonly versions: Readonly<Record<string, string>>;
  /** Names of suites that are never released, so that they have no updates and no security suite. */
  readonly rolling: readonly string[];
  /** Other names that a suite may have. */
  readonly aliases: readonly string[];
}

export const DISTRIBUTIONS: Readonly<Record<DistributionName, Distribution>> = {
  debian: {
    name: 'debian',
    components: 'main',
    defaultSuite: 'trixie',
    keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
    keyringPackage: 'debian-archive-keyring',
    anchorSuite: 'bullseye',
    versions: { '11': 'bullseye', '12': 'bookworm', '13': 'trixie', '14': 'forky' },
    rolling: ['experimental', 'sid', 'testing', 'unstable'],
    aliases: ['oldstable', 'stable'],
  },
  ubuntu: {
    name: 'ubuntu',
    components: 'main universe',
    defaultSuite: 'noble',
    keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
    keyringPackage: 'ubuntu-archive-keyring',
    anchorSuite: 'bionic',
    versions: {
      '20.04': 'focal',
      '22.04': 'jammy',
      '24.04': 'noble',
      '24.10': 'oracular',
      '25.04': 'plucky',
      '25.10': 'questing',
      '26.04': 'resolute',
    },
    rolling: ['devel'],
    aliases: [],
  },
};

/** Every name under which a suite of a distribution can be asked for. */
export function knownSuites({ versions, rolling, aliases }: Distribution): readonly string[] {
  return [...Object.keys(versions), ...Object.values(versions), ...rolling, ...aliases];
}
