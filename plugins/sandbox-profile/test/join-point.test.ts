import { spawn } from 'node:child_process';

import { expect, onTestFinished, test } from 'vitest';

import { findJoinPoint } from '../src/join-point.ts';
import { findInit, startTimeOf } from '../src/process-tree.ts';

/** Pid namespaces in each other, as those of a sandbox are. */
async function startNested(options: readonly string[]) {
  const inner = ['unshare', '--pid', '--fork', ...options, 'sleep', '600'];
  const outer = ['--user', '--map-root-user', '--pid', '--fork', '--kill-child', ...inner];
  const { pid = 0 } = spawn('unshare', outer, { stdio: 'ignore' });
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  await expect.poll(() => findInit(pid), { timeout: 30_000 }).toBeDefined();
  return { pid, start_time: startTimeOf(pid) ?? '' };
}

test('a session whose namespaces are not all there yet is not joined', async () => {
  const sandbox = await startNested([]);

  expect(() => findJoinPoint(sandbox)).toThrow(expect.objectContaining({ code: 'SESSION_ENDED' }) as Error);
});

test.for([
  [['--ipc'], false],
  [['--ipc', '--net'], true],
] as const)('a session with the namespaces %s can be joined; has a network: %s', async ([options, hasNetwork]) => {
  expect(findJoinPoint(await startNested(options))).toMatchObject({ hasNetwork });
});
