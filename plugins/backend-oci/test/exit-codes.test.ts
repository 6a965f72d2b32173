import { makeTestRoot, runSample, sampleSpec, type TestRoot } from '@karapace/core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openBackend as openCrun } from './fixtures/open-crun.ts';
import { openBackend as openRunc } from './fixtures/open-runc.ts';

let root: TestRoot;
beforeAll(async () => {
  root = await makeTestRoot();
});
afterAll(() => root[Symbol.asyncDispose]());

/** `tini` tells two reasons from the others. */
const cases = [
  ['that does not exist', '/no/such', 127],
  ['that is a directory', '/etc', 126],
  ['that may not be executed', '/etc/passwd', 126],
  ['below a file', '/etc/passwd/x', 1],
] as const;

test.for([openCrun, openRunc].flatMap((open) => cases.map(([what, path, code]) => ({ open, what, path, code }))))(
  'a path $what ends with $code, and is named on stderr',
  async ({ open, path, code }) => {
    const ended = await runSample(await open(), sampleSpec(root.directory, 'single', { command: [path] }));

    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(path) as string });
  },
);
