import { archiveFileName } from '@karapace/apt';
import { ARCHIVES_INSIDE, type InstallPlan, type PackagePin } from '@karapace/core';

import { INSTALL_SCRIPT, INSTALL_SETTINGS, SCRUB_SCRIPT } from './install-script.ts';

/** Raised when a script changes so that the same packages give other bytes. */
const VERSION = 1;

/** Installs the archives by the image's apt, which knows the right order, and removes what differs from run to run. */
export function planInstall(packages: readonly PackagePin[]): InstallPlan {
  const archiveNames = packages.map(archiveFileName);
  const files = archiveNames.map((name) => `${ARCHIVES_INSIDE}/${name}`);
  const dependencies = packages
    .filter(({ asked }) => asked === 'dependency')
    .map(({ name, arch }) => (arch === 'all' ? name : `${name}:${arch}`));
  const shell = (script: string, args: readonly string[]) => ['/bin/sh', '-euc', script, 'sh', ...args];
  const steps = [shell(INSTALL_SCRIPT, files), shell(SCRUB_SCRIPT, dependencies)];
  return {
    version: VERSION,
    archiveNames,
    steps: packages.length === 0 ? [] : steps,
    environment: { DEBCONF_NONINTERACTIVE_SEEN: 'true', KARAPACE_APT_SETTINGS: INSTALL_SETTINGS },
  };
}
