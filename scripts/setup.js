// What `npm run quickstart`, `npm test` and `npm run check` start. It runs under whatever Node the machine has, before
// anything is installed: plain JavaScript, no dependency. The job itself then runs under the workspace's own Node.
import { homedir } from 'node:os';

import { checkMachine } from './setup/machine.js';
import { buildPackages, installModules } from './setup/modules.js';
import { fail, run } from './setup/run.js';
import { workspaceNode } from './setup/workspace.js';

const JOBS = ['quickstart', 'test', 'check', 'packages'];

const [job = '', ...args] = process.argv.slice(2);
if (!JOBS.includes(job)) fail(`\`${job}\` is no job; there are ${JOBS.map((name) => `\`${name}\``).join(', ')}`);

checkMachine();
// Services and CI runners start programs without it; the user has a home all the same.
process.env['HOME'] ??= homedir();
await installModules();
// The check compiles by itself, and reports what does not compile beside everything else.
if (job !== 'check') await buildPackages();
process.exitCode = await run([workspaceNode, `scripts/jobs/${job}.ts`, ...args]);
