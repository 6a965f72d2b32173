import { describePackageManager } from '@karapace/core/testing';

import { aptPackageManager } from '../src/apt-package-manager.ts';
import { buildBaseImage } from './base-image.ts';

const image = buildBaseImage();

describePackageManager('packages-apt', {
  open: async () => aptPackageManager,
  tools: async () => (await image).tools,
  base: async () => image,
  system: ['ca-certificates', 'python3-minimal'],
  gui: ['hicolor-icon-theme'],
  misspelt: { 'ca-certificats': 'ca-certificates', giit: 'git' },
  refused: [
    '-oDir=/tmp',
    '--root=/',
    'a b',
    ';id',
    '$(id)',
    '../x',
    '/tmp/x.deb',
    'git:amd64',
    'git*',
    '?essential',
    'git/stable',
    'git=',
    'git=1 2',
    'g',
    'Git',
    '',
  ],
});
