import { existsSync } from 'node:fs';

import { describe } from 'vitest';

import { describeRuntime } from './fixtures/describe-runtime.ts';
import { openBackend } from './fixtures/open-youki.ts';

const isFound = ['/usr/sbin/youki', '/usr/bin/youki'].some((file) => existsSync(file));
if (!isFound) process.stderr.write('skipped: youki is not installed, and Debian has no package of it\n');

describe.skipIf(!isFound)('youki, where it is installed', () => {
  describeRuntime('youki', openBackend, import.meta.resolve('./fixtures/open-youki.ts'));
});
