import { describeLinks, makeTestRoot, type TestRoot } from '@karapace/core/testing';
import { afterAll, beforeAll } from 'vitest';

import { openBackend as openCrun } from './fixtures/open-crun.ts';
import { openBackend as openRunc } from './fixtures/open-runc.ts';

let root: TestRoot;
beforeAll(async () => {
  root = await makeTestRoot();
});
afterAll(() => root[Symbol.asyncDispose]());

describeLinks('backend-oci with crun', openCrun, { layer: () => root.directory });
// runc reads the accounts, inside, and starts nothing where a directory is in their place.
describeLinks('backend-oci with runc', openRunc, { layer: () => root.directory, refused: ['/etc/passwd'] });
