import { createRequire } from 'node:module';

/** The version of the package `karapace`. */
export function version(): string {
  // By the package's own name: a bundle lies deeper than its source.
  const manifest = createRequire(import.meta.url)('karapace/package.json') as { version: string };
  return manifest.version;
}
