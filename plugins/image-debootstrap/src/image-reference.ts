import { KarapaceError } from '@karapace/core';

import { DISTRIBUTIONS, type Distribution } from './distributions.ts';

export interface ImageReference {
  readonly distribution: Distribution;
  /** The name of a directory in the mirror's `dists`. */
  readonly suite: string;
}

const REFERENCE = /^(?<name>debian|ubuntu)(?:\/(?<suite>[a-z0-9][a-z0-9.-]*))?(?:@[0-9a-f]{64})?$/u;

/** Whether a reference is meant for this source; it may still be wrong. */
export function isOurs(reference: string): boolean {
  return /^(?:debian|ubuntu)(?:[/@]|$)/u.test(reference);
}

/** Whether it ends in the digest of the tree: `debian/trixie@<64 hex digits>`. */
export function isPinned(reference: string): boolean {
  return /@[0-9a-f]{64}$/u.test(reference);
}

/** @throws KarapaceError `IMAGE_UNKNOWN` */
export function parseReference(reference: string): ImageReference {
  const { name, suite } = REFERENCE.exec(reference)?.groups ?? {};
  if (name !== 'debian' && name !== 'ubuntu') {
    throw new KarapaceError('IMAGE_UNKNOWN', `\`${reference}\` is no image of Debian or Ubuntu`, {
      hint: 'Write `debian/<suite>` or `ubuntu/<suite>`, such as `debian/trixie` or `ubuntu/24.04`.',
    });
  }
  const distribution = DISTRIBUTIONS[name];
  return { distribution, suite: suiteOf(distribution, suite ?? distribution.defaultSuite) };
}

function suiteOf({ versions }: Distribution, name: string): string {
  return versions[name] ?? name;
}
