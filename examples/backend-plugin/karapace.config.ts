import { defineConfig } from '@karapace/core';

export default defineConfig({
  manifest_version: 1,
  plugins: ['karapace-backend-bubble'],
  base: { image: './rootfs.tar' },
  runtime: { backend: 'bubble', network_isolation: true },
});
