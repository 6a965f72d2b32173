import { createHooks } from '@karapace/core';
import { createTestTools, describeImageSource } from '@karapace/core/testing';

import { imageDebootstrap } from '../src/index.ts';

describeImageSource('image-debootstrap', {
  reference: 'debian/trixie',
  unknownReference: 'debian/trixi',
  async open() {
    const hooks = createHooks();
    imageDebootstrap().apply({ hooks });
    const source = await hooks.openImageSource.promise({
      reference: 'debian/trixie',
      backend: 'namespace',
      directory: '/',
    });
    if (source === undefined) throw new Error('The plugin does not open its own reference');
    return source;
  },
  tools: () => createTestTools(),
});
