import type { PackageManager } from '@karapace/core';

/** A package manager of rpm packages, as the suites of this package test it. */
export interface RpmSample {
  readonly manager: PackageManager;
  /** Debian packages that bring the tool. */
  readonly packages: readonly string[];
  /** Where the tool reads a repository's configuration. */
  readonly file: string;
  /** The configuration of a repository called `tiny`; nothing is checked unless further lines say so. */
  readonly configure: (url: string, ...lines: readonly string[]) => string;
}
