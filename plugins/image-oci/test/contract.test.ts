import { createHooks, type ImageSource } from '@karapace/core';
import { createTestTools, describeImageSource, type TestTools } from '@karapace/core/testing';
import { afterAll } from 'vitest';

import { imageOci } from '../src/index.ts';
import { startDockerRegistry } from './support/docker-registry.ts';
import { makeSampleLayout } from './support/sample-layout.ts';
import { skopeoCopy } from './support/skopeo.ts';

// References stand in the names of tests, so that both have to be there before the first of them.
const makers = await createTestTools();
const registry = await startDockerRegistry();
const { directory } = await makeSampleLayout(makers);
await skopeoCopy(`oci:${directory}/layout:1`, `docker://${registry.host}/sample:1`);
afterAll(() => Promise.all([registry[Symbol.asyncDispose](), makers[Symbol.asyncDispose]()]));

function sample(reference: string, unknownReference: string) {
  const hooks = createHooks();
  imageOci().apply({ hooks });
  return {
    reference,
    unknownReference,
    async open(): Promise<ImageSource> {
      const source = await hooks.openImageSource.promise({ reference, backend: 'namespace', directory });
      if (source === undefined) throw new Error('The plugin does not open its own reference');
      return source;
    },
    tools: (): Promise<TestTools> =>
      createTestTools({ openArchive: (archive, http) => hooks.openArchive.promise(archive, { http, directory }) }),
  };
}

describeImageSource(
  'image-oci with a registry',
  sample(`docker://${registry.host}/sample:1`, `docker://${registry.host}/sample:2`),
);
describeImageSource('image-oci with a layout', sample('oci:./layout:1', 'oci:./layout:2'));
