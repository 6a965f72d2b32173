import { defineConfig } from '@karapace/core';

export default defineConfig({
  manifest_version: 1,
  base: { image: 'debian/trixie' },
  system: { packages: ['node-typescript', 'nodejs'] },
  mounts: { project: '.:/workspace' },
});
