import { ARCHIVES_INSIDE, type InstallPlan, type PackagePin } from '@karapace/core';

import { archiveFileName } from './archive-file-name.ts';
import { INSTALL_SCRIPT, SCRUB_SCRIPT } from './install-script.ts';

/** Raised when a script changes so that the same packages give other bytes. */
const VERSION = 1;

/** Installs exactly these archives by the image's rpm, and removes what differs from run to run. */
export function planInstall(packages: readonly PackagePin[]): InstallPlan {
  const archiveNames = packages.map(archiveFileName);
  const files = archiveNames.map((name) => `${ARCHIVES_INSIDE}/${name}`);
  const shell = (script: string, args: readonly string[]) => ['/bin/sh', '-euc', script, 'sh', ...args];
  const steps = [
    shell(INSTALL_SCRIPT, files),
    shell(
      SCRUB_SCRIPT,
      packages.slice(0, 1).map(({ name }) => name),
    ),
  ];
  return { version: VERSION, archiveNames, steps: packages.length === 0 ? [] : steps, environment: {} };
}
