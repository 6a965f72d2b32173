import type { TestPackage } from './test-package.ts';

/** What the tests of dnf and of zypper resolve and install. */
export const TINY_PACKAGES: readonly TestPackage[] = [
  { name: 'tiny-fire', fields: ['Conflicts: tiny-water', 'Provides: tiny-element'] },
  { name: 'tiny-water', fields: ['Provides: tiny-element', 'Provides: tiny-drink'] },
  {
    ...{ name: 'tiny-epoch', epoch: 2, version: '1.0~rc1', release: '3' },
    fields: ['Requires: tiny-water', 'Recommends: tiny-weak'],
  },
  { name: 'tiny-weak' },
  { name: 'tiny-broken', fields: ['Requires: tiny-absent >= 2'] },
  { name: 'tiny-plus++' },
  { name: 'tiny-new', fields: ['Obsoletes: tiny-old < 2', 'Provides: tiny-old = 2'] },
  {
    ...{ name: 'tiny-power', fields: ['Requires: /bin/sh'] },
    programs: { 'tiny-setuid': '%attr(4755,root,root)', 'tiny-capable': '%caps(cap_net_raw=ep) %attr(0755,root,root)' },
    post: 'id -u > /var/lib/tiny-power; date +%s.%N > /var/log/tiny-power.log',
  },
];

/** What is installed in the tree: its database says that there is a shell. */
export const INSTALLED_PACKAGES: readonly TestPackage[] = [
  { name: 'tiny-system', fields: ['Provides: /bin/sh'] },
  { name: 'tiny-old' },
];

/** What dnf, zypper or a shell would take for something else than the name of a package. */
export const REFUSED_NAMES: readonly string[] = [
  '-oDir=/tmp',
  '--root=/',
  '-tiny-fire',
  'a b',
  ';id',
  '$(id)',
  '../x',
  '/usr/bin/git',
  './x.rpm',
  '@core',
  'tiny-*',
  'tiny-[a-z]',
  'perl(JSON)',
  'pattern:base',
  'git>2',
  'git=',
  'git=2',
  'git=1 2-3',
  'git\ttiny-fire',
  'git\n',
  '!git',
  '',
];
