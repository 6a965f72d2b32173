import { ARCHIVES_INSIDE, type InstallPlan, type PackagePin } from '@karapace/core';

import { archiveFileName } from './archive-file-name.ts';
import { INSTALL_SCRIPT, SCRUB_SCRIPT } from './install-script.ts';

/** Raised when a script changes so that the same packages give other bytes. */
const VERSION = 1;

/** Installs the archives by the image's apk, which knows the right order, and removes what differs from run to run. */
export function planInstall(packages: readonly PackagePin[]): InstallPlan {
  const archiveNames = packages.map(archiveFileName);
  const asked = packages.filter((one) => one.asked !== 'dependency').map(({ name }) => name);
  const exact = packages.map(({ name, version }) => `${name}=${version}`);
  const shell = (script: string, args: readonly string[]) => ['/bin/sh', '-euc', script, 'sh', ...args];
  const files = archiveNames.map((name) => `${ARCHIVES_INSIDE}/${name}`);
  const steps = [shell(INSTALL_SCRIPT, files), shell(SCRUB_SCRIPT, exact)];
  return {
    version: VERSION,
    archiveNames,
    steps: packages.length === 0 ? [] : steps,
    environment: { KARAPACE_ASKED: asked.join(' ') },
  };
}
