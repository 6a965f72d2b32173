import type { RpmSample } from '@karapace/rpm/testing';

import { dnfPackageManager } from '../src/dnf-package-manager.ts';

/** Debian's dnf, real, in a tree that it owns; repositories are real too, and served from loopback. */
export const dnfSample: RpmSample = {
  manager: dnfPackageManager,
  packages: ['dnf'],
  file: 'etc/yum.repos.d/tiny.repo',
  configure: (url, ...lines) =>
    ['[tiny]', 'name=Tiny', `baseurl=${url}/`, 'enabled=1', ...(lines.length === 0 ? ['gpgcheck=0'] : lines), ''].join(
      '\n',
    ),
};
