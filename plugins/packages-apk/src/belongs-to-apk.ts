import type { TreeNames } from '@karapace/core';

/** Where apk and its records are: in `/usr` where a distribution has merged it. */
const PROGRAMS = ['/sbin/apk', '/usr/sbin/apk', '/usr/bin/apk'];
const RECORDS = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'];
/** Where dpkg knows of itself, it owns the tree. */
const OWNED_BY_DPKG = '/var/lib/dpkg/info/dpkg.list';

export function belongsToApk(tree: TreeNames): boolean {
  return [PROGRAMS, RECORDS].every((places) => places.some((path) => tree.has(path))) && !tree.has(OWNED_BY_DPKG);
}
