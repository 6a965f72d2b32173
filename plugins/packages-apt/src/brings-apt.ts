import type { TreeNames } from '@karapace/core';

const NEEDED = ['/usr/bin/apt-get', '/var/lib/dpkg/status'];

export function bringsApt(tree: TreeNames): boolean {
  return NEEDED.every((name) => tree.has(name));
}
