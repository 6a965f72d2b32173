import type { RpmSample } from '@karapace/rpm/testing';

import { zypperPackageManager } from '../src/zypper-package-manager.ts';

/** Debian's zypper, real, in a tree that it owns; repositories are real too, and served from loopback. */
export const zypperSample: RpmSample = {
  manager: zypperPackageManager,
  packages: ['grep', 'zypper'],
  file: 'etc/zypp/repos.d/tiny.repo',
  configure: (url, ...lines) =>
    [
      '[tiny]',
      'name=Tiny',
      `baseurl=${url}/`,
      'enabled=1',
      'autorefresh=1',
      ...(lines.length === 0 ? ['gpgcheck=0'] : lines),
      '',
    ].join('\n'),
};
