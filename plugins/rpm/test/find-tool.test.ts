import { expect, test } from 'vitest';

import { findTool } from '../src/find-tool.ts';

const treeOf = (...paths: readonly string[]) => ({ has: (path: string) => paths.includes(path) });
const DATABASE = '/usr/lib/sysimage/rpm/rpmdb.sqlite';

test.each([
  ['/usr/lib/sysimage/rpm/rpmdb.sqlite', 'Fedora'],
  ['/usr/lib/sysimage/rpm/Packages.db', 'openSUSE'],
  ['/var/lib/rpm/rpmdb.sqlite', 'Enterprise Linux 9'],
  ['/var/lib/rpm/Packages', 'Enterprise Linux 8'],
])('a tree with dnf and the database `%s` (%s) is dnf’s', (database) => {
  expect(findTool(treeOf('/usr/bin/dnf', database))).toBe('dnf');
});

test('a tree with zypper and a database of rpm is zypper’s', () => {
  expect(findTool(treeOf('/usr/bin/zypper', DATABASE))).toBe('zypper');
});

test('with both tools a tree is zypper’s where it has a product of SUSE’s, else dnf’s', () => {
  const both = ['/usr/bin/dnf', '/usr/bin/zypper', DATABASE];

  expect(findTool(treeOf(...both, '/etc/products.d/baseproduct'))).toBe('zypper');
  expect(findTool(treeOf(...both))).toBe('dnf');
});

test('a tree that dpkg owns is nobody’s here, whatever is installed in it', () => {
  expect(findTool(treeOf('/usr/bin/dnf', '/usr/bin/zypper', DATABASE, '/var/lib/dpkg/info/dpkg.list'))).toBeUndefined();
});

test('a tool without a database of rpm owns nothing', () => {
  expect(findTool(treeOf('/usr/bin/dnf', '/usr/bin/zypper'))).toBeUndefined();
});
