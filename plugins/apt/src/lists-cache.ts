import { createHash } from 'node:crypto';

/** Where apt's package lists are inside the cache directory. */
export const LISTS_IN_CACHE = 'var/lib/apt/lists';

/** A file in the cache directory whose age is that of the lists; the image source touches it. */
export const UPDATED = 'updated';

/**
 * The name of the cache that holds the package lists of these sources. Whoever has the same sources for the same
 * architecture shares them: the image source fills it, the package manager starts from a copy.
 *
 * @param sources the text of the image's sources.list
 * @param arch dpkg's name of the architecture
 */
export function listsCacheName(sources: string, arch: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([sources.trim(), arch]))
    .digest('hex');
  return `apt-lists-${digest.slice(0, 32)}`;
}
