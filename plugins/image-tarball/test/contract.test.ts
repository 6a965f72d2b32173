import { createHooks } from '@karapace/core';
import { createTestTools, describeImageSource, serveFiles } from '@karapace/core/testing';
import { afterAll, beforeAll } from 'vitest';

import { imageTarball } from '../src/index.ts';
import { makeRoot, pack } from './make-root.ts';

const served = await serveFiles();

beforeAll(() => {
  using root = makeRoot();
  served.files.set('/rootfs.tar.xz', pack(root.directory, 'tar -cJ .'));
});
afterAll(() => served[Symbol.asyncDispose]());

describeImageSource('image-tarball', {
  reference: `${served.url}/rootfs.tar.xz`,
  unknownReference: `${served.url}/nothing.tar.xz`,
  async open() {
    const hooks = createHooks();
    imageTarball().apply({ hooks });
    const request = { reference: `${served.url}/rootfs.tar.xz`, backend: 'namespace', directory: '/' };
    const source = await hooks.openImageSource.promise(request);
    if (source === undefined) throw new Error('The plugin does not open its own reference');
    return source;
  },
  tools: () => createTestTools(),
});
