import { createHooks, KarapaceError } from '@karapace/core';
import { describeFrontend } from '@karapace/core/testing';

import { frontendCli } from '../src/index.ts';

describeFrontend('frontend-cli', {
  async open() {
    const hooks = createHooks();
    frontendCli().apply({ hooks });
    const frontend = await hooks.openFrontend.promise('cli');
    if (frontend === undefined) throw new KarapaceError('PLUGIN_INVALID', 'frontend-cli does not answer to `cli`');
    return frontend;
  },
  accepted: ['--version'],
  refused: ['no-such-verb'],
});
