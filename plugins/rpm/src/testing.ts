export { describeHostileRepositories } from './testing/hostile-suite.ts';
export { describeResolving } from './testing/resolving-suite.ts';
export { type RpmSample } from './testing/rpm-sample.ts';
export { useRepositories } from './testing/served-repositories.ts';
export { serveTestRepository, type TestRepository } from './testing/test-repository.ts';
export { makeTestTree, type TestTree } from './testing/test-tree.ts';
export { describeTinyPackages } from './testing/tiny-contract.ts';
export { TINY_PACKAGES } from './testing/tiny-packages.ts';
