import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'vitest';

import { endOf, startClient } from './fixtures/start-client.ts';
import { test, type Box } from './sandbox-test.ts';

let count = 0;

/** A command line that no other process has. */
function marked(
  box: Box,
  script = 'echo ready; sleep "$1"; exit 5',
): { readonly mark: string; readonly spec: ReturnType<Box['spec']> } {
  const mark = `600.${process.pid}${(count += 1)}`;
  return { mark, spec: box.spec(['sh', '-c', script, 'sh', mark]) };
}

/** Processes whose arguments contain the mark, but for the client's own. */
async function processesOf(mark: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(mark) && !line.includes('client.ts'));
}

async function eventuallyNone(mark: string): Promise<readonly string[]> {
  let left = await processesOf(mark);
  for (let attempt = 0; left.length > 0 && attempt < 100; attempt += 1) {
    await sleep(50);
    left = await processesOf(mark);
  }
  return left;
}

test('when its client is killed, the sandbox is gone', async ({ box }) => {
  const { mark, spec } = marked(box);
  const client = startClient(spec);
  await new Promise((resolve) => client.stdout?.once('data', resolve));
  expect(await processesOf(mark)).not.toEqual([]);
  client.kill('SIGKILL');

  expect(await eventuallyNone(mark)).toEqual([]);
});

test('when its client is killed at any moment of the start, the sandbox is gone', async ({ box }) => {
  for (const delay of [150, 200, 225, 250, 275, 300, 325, 350, 400, 500]) {
    const { mark, spec } = marked(box);
    const client = startClient(spec);
    await sleep(delay);
    client.kill('SIGKILL');

    expect(await eventuallyNone(mark)).toEqual([]);
  }
});

test.for(['SIGINT', 'SIGTERM'] as const)('%s to the client reaches the command once', async (signal, { box }) => {
  const script = `trap 'echo got' INT TERM; echo ready; while :; do sleep 0.1; n=$((n+1)); [ $n = 10 ] && exit 7; done`;
  const client = startClient(box.spec(['sh', '-c', script]));
  client.stdout?.once('data', () => client.kill(signal));

  expect(await endOf(client)).toMatchObject({ code: 7, stdout: 'ready\ngot\n' });
});

test('a command that ignores SIGTERM is killed after the grace, with all that it started', async ({ box }) => {
  const mark = `600.${process.pid}${(count += 1)}`;
  const ready = Promise.withResolvers<void>();
  const session = await box.backend.start(
    box.spec(['sh', '-c', `trap '' TERM; echo ready; sleep ${mark} & sleep ${mark}; sleep ${mark}`]),
    {
      streams: { stdin: 'ignore', stdout: () => ready.resolve(), stderr: 'ignore' },
    },
  );
  await ready.promise;

  expect(await session.stop(200)).toEqual({ code: 137 });
  expect(await processesOf(mark)).toEqual([]);
});

test('a command that took another id is signalled too', async ({ box, skip }) => {
  if ((await box.backend.capabilities()).ids !== 'full') skip('this user has one id only');
  const ready = Promise.withResolvers<void>();
  const script = 'echo ready; exec sleep 600';
  const session = await box.backend.start(
    box.spec(['setpriv', '--reuid', '33', '--clear-groups', 'sh', '-c', script]),
    {
      streams: { stdin: 'ignore', stdout: () => ready.resolve(), stderr: 'ignore' },
    },
  );
  await ready.promise;
  session.signal('SIGTERM');

  expect(await session.wait()).toEqual({ code: 143 });
});
