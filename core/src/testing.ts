export { describeFrontend, type FrontendSample } from './testing/frontend-suite.ts';
export { describeBackend, type BackendSuiteOptions } from './testing/backend-suite.ts';
export { runSample, sampleSpec, type SampleRun } from './testing/backend-runs.ts';
export { makeTestRoot, type TestRoot } from './testing/test-root.ts';
export { ordinaryUser, whyNoOrdinaryUser, type OrdinaryUser } from './testing/ordinary-user.ts';
export { describeImageSource, type ImageSourceSample } from './testing/image-source-suite.ts';
export { listTree } from './testing/list-tree.ts';
export { describePackageManager, type PackageManagerSample } from './testing/package-manager-suite.ts';
export { createTestTools, type TestTools, type TestToolsOptions } from './testing/test-tools.ts';
