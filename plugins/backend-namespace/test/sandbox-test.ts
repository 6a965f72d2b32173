import { makeTestRoot, runSample, sampleSpec, type SampleRun, type TestRoot } from '@karapace/core/testing';
import type { Backend, SandboxSpec } from '@karapace/core';
import { test as base } from 'vitest';

import { openNamespaceBackend } from '../src/open-namespace-backend.ts';

export interface Box {
  readonly backend: Backend;
  readonly root: string;
  spec(command: readonly string[], changes?: Partial<SandboxSpec>): SandboxSpec;
  /** Runs a line of shell. */
  shell(script: string, changes?: Partial<SandboxSpec>): Promise<SampleRun>;
}

/** `test` with a backend and a small root. */
export const test = base
  .extend('testRoot', { scope: 'file' }, async ({}, { onCleanup }): Promise<TestRoot> => {
    const root = await makeTestRoot();
    onCleanup(() => root[Symbol.asyncDispose]());
    return root;
  })
  .extend('box', async ({ testRoot }): Promise<Box> => {
    const backend = openNamespaceBackend({});
    const { ids } = await backend.capabilities();
    const spec: Box['spec'] = (command, changes) => sampleSpec(testRoot.directory, ids, { command, ...changes });
    return {
      backend,
      root: testRoot.directory,
      spec,
      shell: (script, changes) => runSample(backend, spec(['sh', '-c', script], changes)),
    };
  });
