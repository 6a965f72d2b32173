import { describePackageManager } from '@karapace/core/testing';
import { afterAll } from 'vitest';

import { serveTestRepository } from './test-repository.ts';
import type { RpmSample } from './rpm-sample.ts';
import { makeTestTree } from './test-tree.ts';
import { REFUSED_NAMES, TINY_PACKAGES } from './tiny-packages.ts';

/** The contract of package managers, with the tiny packages. */
export function describeTinyPackages(name: string, { manager, packages, file, configure }: RpmSample): void {
  const repository = serveTestRepository(TINY_PACKAGES);
  const image = repository.then(({ url }) => makeTestTree({ packages, files: { [file]: configure(url) } }));

  afterAll(async () => (await repository)[Symbol.asyncDispose]());

  describePackageManager(name, {
    open: async () => manager,
    tools: async () => (await image).tools,
    base: async () => image,
    system: ['tiny-epoch', 'tiny-power'],
    gui: ['tiny-plus++'],
    misspelt: { 'tiny-fier': 'tiny-fire', 'tiny-epohc': 'tiny-epoch' },
    refused: REFUSED_NAMES,
  });
}
