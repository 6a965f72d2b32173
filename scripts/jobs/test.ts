// `npm test [-- files and flags of vitest]`: the whole suite, after what it needs is there.
import { join } from 'node:path';

import { run } from '../setup/run.js';
import { root } from '../setup/workspace.js';

await import('./packages.ts');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
// The native loader writes nothing: tests also run in a clone that belongs to somebody else.
process.exitCode = await run([process.execPath, vitest, 'run', '--configLoader=native', ...process.argv.slice(2)]);
