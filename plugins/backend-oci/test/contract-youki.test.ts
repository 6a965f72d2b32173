import { existsSync } from 'node:fs';

import { runSample, sampleSpec } from '@karapace/core/testing';
import { expect, test } from 'vitest';

import { describeRuntime } from './fixtures/describe-runtime.ts';
import { openBackend } from './fixtures/open-youki.ts';

// Debian has no package of it: the contract is tried where somebody has installed it.
const isFound = ['/usr/sbin/youki', '/usr/bin/youki'].some((file) => existsSync(file));
if (isFound) describeRuntime('youki', openBackend, import.meta.resolve('./fixtures/open-youki.ts'));

test.skipIf(isFound)('where youki is not installed, what asks for it is refused by its name', async () => {
  const spec = sampleSpec('/nonexistent', 'single', { command: ['true'] });

  await expect(runSample(await openBackend(), spec)).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringContaining('youki') as string,
  });
});
