import { defineConfig } from '@karapace/core';

// The environment in which this repository is built and tested. Its Node is an npm package (`node-linux-*`).
export default defineConfig({
  manifest_version: 1,
  base: { image: 'debian/trixie' },
  system: {
    packages: [
      'apt',
      'bubblewrap',
      'ca-certificates',
      'fuse-overlayfs',
      'git',
      'mmdebstrap',
      'nodejs',
      'npm',
      'tmux',
      'uidmap',
      'util-linux',
    ],
  },
  mounts: { project: '.:/workspace' },
});
