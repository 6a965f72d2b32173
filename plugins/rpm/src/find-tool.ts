import type { TreeNames } from '@karapace/core';

/** Where rpm keeps its database: Fedora and openSUSE first, then what came before; by backend sqlite, ndb and bdb. */
const DATABASES = ['/usr/lib/sysimage/rpm', '/var/lib/rpm'].flatMap((directory) =>
  ['rpmdb.sqlite', 'Packages.db', 'Packages'].map((file) => `${directory}/${file}`),
);

/** Where dpkg knows of itself, it owns the tree, whatever else is installed there. */
const OWNED_BY_DPKG = '/var/lib/dpkg/info/dpkg.list';

/**
 * The tool that installs packages in a tree, if it is one for rpm packages. Where dnf and zypper are
 * both installed, a product file of SUSE's makes it zypper's.
 */
export function findTool(tree: TreeNames): 'dnf' | 'zypper' | undefined {
  if (tree.has(OWNED_BY_DPKG) || !DATABASES.some((file) => tree.has(file))) return undefined;
  const hasDnf = tree.has('/usr/bin/dnf');
  const hasZypper = tree.has('/usr/bin/zypper');
  if (hasZypper && (!hasDnf || tree.has('/etc/products.d/baseproduct'))) return 'zypper';
  return hasDnf ? 'dnf' : undefined;
}
