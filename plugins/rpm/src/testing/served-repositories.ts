import type { PackagePin } from '@karapace/core';
import { afterAll, afterEach, beforeAll } from 'vitest';

import type { RpmSample } from './rpm-sample.ts';
import { serveTestRepository, type TestRepository, type TestRepositoryOptions } from './test-repository.ts';
import { makeTestTree, withFiles, type TestTree } from './test-tree.ts';

export interface ServedRepositories {
  /** The image, without a repository. */
  readonly image: () => TestTree;
  /** A repository with `tiny-water`, for the length of a test. */
  readonly serve: (options?: TestRepositoryOptions) => Promise<TestRepository>;
  /** Resolves `tiny-water` in the image with one repository, whose configuration has these lines. */
  readonly resolve: (url: string, lines?: readonly string[], tree?: TestTree) => Promise<readonly PackagePin[]>;
}

/** For the tests of the `describe` or the file that calls it: one image, and a repository for each test. */
export function useRepositories({ manager, packages, file, configure }: RpmSample): ServedRepositories {
  let image: TestTree;
  const repositories: TestRepository[] = [];

  beforeAll(async () => {
    image = await makeTestTree({ packages, files: {} });
  });
  afterEach(async () => {
    await Promise.all(repositories.splice(0).map((repository) => repository[Symbol.asyncDispose]()));
  });
  afterAll(() => image.tools[Symbol.asyncDispose]());

  return {
    image: () => image,
    async serve(options) {
      const repository = await serveTestRepository([{ name: 'tiny-water' }], options);
      repositories.push(repository);
      return repository;
    },
    async resolve(url, lines = [], tree = image) {
      const lower = await withFiles(tree, { [file]: configure(url, ...lines) });
      return manager.resolve({ system: ['tiny-water'], gui: [], lower }, tree.tools);
    },
  };
}
