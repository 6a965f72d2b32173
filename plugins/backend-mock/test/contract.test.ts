import { createHooks } from '@karapace/core';
import { describeBackend } from '@karapace/core/testing';

import { backendMock } from '../src/index.ts';

describeBackend('backend-mock', openMock, { isolates: false });

async function openMock() {
  const hooks = createHooks();
  backendMock().apply({ hooks });
  const backend = await hooks.openBackend.promise('mock');
  if (backend === undefined) throw new Error('the plugin does not answer to `mock`');
  return backend;
}
