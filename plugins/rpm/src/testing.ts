export { describeHostileRepositories } from './testing/hostile-suite.ts';
export { type TestPackage } from './testing/test-package.ts';
export {
  rewriteMetadata,
  serveTestRepository,
  type TestRepository,
  type TestRepositoryOptions,
} from './testing/test-repository.ts';
export { describeResolving } from './testing/resolving-suite.ts';
export { type RpmSample } from './testing/rpm-sample.ts';
export { makeTestTree, withFiles, type TestTree } from './testing/test-tree.ts';
export { describeTinyPackages } from './testing/tiny-contract.ts';
