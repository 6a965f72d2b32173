import { createHooks } from '@karapace/core';
import { createTestTools, describeImageSource } from '@karapace/core/testing';
import { afterAll } from 'vitest';

import { imageLinuxcontainers } from '../src/index.ts';
import { openImageServer } from './image-server.ts';

const server = await openImageServer();
server.publish('fedora/42', '20250101_07:42');
afterAll(() => server[Symbol.asyncDispose]());

describeImageSource('image-linuxcontainers', {
  reference: 'fedora/42',
  unknownReference: 'fedora/24',
  async open() {
    const hooks = createHooks();
    imageLinuxcontainers({ server: server.url, keyring: server.keyring }).apply({ hooks });
    const request = { reference: 'fedora/42', backend: 'namespace', directory: '/' };
    const source = await hooks.openImageSource.promise(request);
    if (source === undefined) throw new Error('The plugin does not open its own reference');
    return source;
  },
  tools: () => createTestTools(),
});
