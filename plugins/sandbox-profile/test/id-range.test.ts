import { execFileSync } from 'node:child_process';

import type { Check } from '@karapace/core';
import { ordinaryUser, whyNoOrdinaryUser } from '@karapace/core/testing';
import { expect, test } from 'vitest';

const reason = await whyNoOrdinaryUser();
if (reason !== undefined) process.stderr.write(`skipped: ranges of ordinary users: ${reason}\n`);

const MODULES = [
  new URL('../src/machine-checks.ts', import.meta.url),
  new URL('../src/host-facts.ts', import.meta.url),
];

/** What an ordinary user is told of his subordinate ids. */
function lookAs(user: Awaited<ReturnType<typeof ordinaryUser>>, directories = '/usr/sbin:/usr/bin'): Check {
  const look = `import { checkMachine } from '${MODULES[0]?.href}'; import { readHostFacts } from '${MODULES[1]?.href}';
    const checks = await checkMachine(readHostFacts({ toolDirectories: '${directories}'.split(':') }), []);
    console.log(JSON.stringify(checks.find(({ id }) => id === 'id-range')));`;
  const node = [process.execPath, '--conditions=karapace-source', '--input-type=module', '--eval', look];
  const [program = '', ...args] = user.command(node);
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8', cwd: '/' })) as Check;
}

test.skipIf(reason !== undefined)('a user without a range is told the command that gives him one', async () => {
  await using user = await ordinaryUser({ range: false });

  const before = lookAs(user);
  expect(before).toMatchObject({ state: 'warning', detail: expect.stringMatching(/^none/u) as string });
  for (const [program = '', ...args] of before.fix?.commands ?? []) {
    const prefix = process.geteuid?.() === 0 ? [] : ['sudo', '-n'];
    const [first = '', ...rest] = [...prefix, program, ...args];
    execFileSync(first, rest);
  }
  expect(lookAs(user)).toMatchObject({ state: 'ok' });
});

test.skipIf(reason !== undefined)('a user with a range is told what maps it, where that is missing', async () => {
  await using user = await ordinaryUser({ range: true });

  expect(lookAs(user)).toMatchObject({ state: 'ok' });
  expect(lookAs(user, '/nowhere')).toMatchObject({
    state: 'warning',
    detail: expect.stringContaining('`newuidmap`') as string,
    fix: { debianPackages: ['uidmap'] },
  });
});
