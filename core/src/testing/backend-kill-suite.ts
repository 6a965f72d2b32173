import { expect, onTestFinished, test } from 'vitest';

import type { BackendBench } from './backend-bench.ts';
import { makeKeptRoot } from './backend-runs.ts';
import { findDescendants, findMarked, processMark, waitForNone } from './test-processes.ts';
import { endOfClient, startClient } from './start-client.ts';

/** What must be true when any part of a session is killed: nothing of it is left, and the next one starts. */
export function describeKills(bench: BackendBench, module: string): void {
  test('whichever process of a sandbox or its client is killed, nothing is left, and the root can be used again', async () => {
    let [round, processes] = [0, 1];
    for (; round < processes; round += 1) {
      const { killed, left, runs } = await killOne(bench, module, round);
      processes = killed;
      expect({ round, left, runs }).toEqual({ round, left: [], runs: 'one\n' });
    }
    // A client, and a command below it.
    expect(round).toBeGreaterThan(1);
  });

  test('a signal that the client passes on reaches the command once', async () => {
    const script = `trap 'echo got' TERM; sleep 0.5; echo ready; for i in 1 2 3 4 5; do sleep 0.1; done; exit 7`;
    const spec = await bench.spec(['sh', '-c', script]);
    const client = startClient({ module, spec, passing: ['SIGTERM'] });
    client.stdout?.once('data', () => client.kill('SIGTERM'));

    expect(await endOfClient(client)).toEqual({ code: 7, stdout: 'ready\ngot\n', stderr: '' });
  });
}

interface Killing {
  /** How many processes there were to choose from. */
  readonly killed: number;
  readonly left: readonly number[];
  /** What the root holds for the next one. */
  readonly runs: string;
}

/** Kills the client, which is 0, or the process of that number below it, while the command runs. */
async function killOne(bench: BackendBench, module: string, index: number): Promise<Killing> {
  const kept = await makeKeptRoot(bench.spec);
  onTestFinished(kept.remove);
  const mark = processMark();
  const script = 'echo one >>/srv/runs; echo ready; sleep "$1"; exit 0';
  const spec = await bench.spec(['sh', '-c', script, 'sh', mark], { root: kept.root });
  const client = startClient({ module, spec, passing: [] });
  const ended = endOfClient(client);
  await new Promise((resolve) => client.stdout?.once('data', resolve));
  expect(await findMarked(mark)).not.toEqual([]);
  if (client.pid === undefined) throw new Error('the client did not start');
  const all = [client.pid, ...(await findDescendants(client.pid))];
  const victim = all[index];
  // Sessions need not have equally many processes; then the client goes, which has been tried already.
  if (victim !== undefined) process.kill(victim, 'SIGKILL');
  else client.kill('SIGKILL');
  await ended;
  const left = await waitForNone(mark);
  const { stdout } = await bench.run(['cat', '/srv/runs'], { root: kept.root });
  return { killed: all.length, left, runs: stdout };
}
