import { describeLinks, makeTestRoot, type TestRoot } from '@karapace/core/testing';
import { afterAll, beforeAll } from 'vitest';

import { openNamespaceBackend } from '../src/open-namespace-backend.ts';

let root: TestRoot;
beforeAll(async () => {
  root = await makeTestRoot();
});
afterAll(() => root[Symbol.asyncDispose]());

describeLinks('backend-namespace', async () => openNamespaceBackend({}), { layer: () => root.directory });
