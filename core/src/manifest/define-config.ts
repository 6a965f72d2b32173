import type { Manifest } from '../contracts/manifest.ts';

/** Gives a manifest back as it is: for `karapace.config.ts`, where it brings completion and type checks. */
export function defineConfig(config: Manifest): Manifest {
  return config;
}
