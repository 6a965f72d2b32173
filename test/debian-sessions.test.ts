import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ChildProcess } from 'node:child_process';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, openWorkplace, startKarapace, type Workplace } from './support/karapace.ts';

let place: Workplace;
let envId: string;

beforeAll(async () => {
  place = await openWorkplace();
  const built = await karapaceJson(['build', await place.example('minimal'), '--name', 'box'], place);
  envId = built.env_id;
}, 600_000);

afterAll(async () => {
  await karapace(['stop', 'box', '--time', '0'], place);
  runAsRoot('rm', '-rf', place.directory);
});

interface Inside {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** What it has printed so far. */
  output: () => string;
}

/** Starts a script in the environment; resolves when it has printed a line. */
async function startInside(script: string): Promise<Inside> {
  const child = startKarapace(['exec', 'box', '--', 'sh', '-c', script], place);
  let output = '';
  // Only what is said inside: on a slow machine somebody who waits says so on stderr.
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.resume();
  const ended = once(child, 'close').then(([code]) => code as number | null);
  await vi.waitUntil(() => output.includes('\n'), { timeout: 30_000, interval: 5 });
  return { child, ended, output: () => output };
}

const WAIT = 'stat -c %d /; while read -r line; do eval "$line"; done';
const exec = async (script: string) => (await karapace(['exec', 'box', '--', 'sh', '-c', script], place)).stdout;
const inspect = async () =>
  (await karapaceJson(['inspect', 'box'], place)) as unknown as { state: string; sessions: [] };
const runsInSandbox = async (mark: string) => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.some((line) => line.startsWith(`sleep\0${mark}`));
};

describe('sessions of one environment', () => {
  test('six at once share one mount, and the environment is Running until the last has left', async () => {
    const sessions = await Promise.all(Array.from({ length: 6 }, () => startInside(WAIT)));

    const devices = sessions.map(({ output }) => output());
    expect(new Set(devices).size).toBe(1);
    expect(await inspect()).toMatchObject({ state: 'Running', sessions: { length: 6 } });
    sessions[0]?.child.stdin?.write('echo shared >/root/note; echo done\n');
    await vi.waitUntil(() => sessions[0]?.output().includes('done'));
    expect(await exec('cat /root/note')).toBe('shared\n');
    for (const { child, ended } of sessions) {
      expect((await inspect()).state).toBe('Running');
      child.stdin?.end();
      expect(await ended).toBe(0);
    }
    expect(await inspect()).toMatchObject({ state: 'Built', sessions: [] });
  });

  test('go on when the first is killed, with all that was written', async () => {
    const first = await startInside(WAIT);
    const second = await startInside(WAIT);
    first.child.kill('SIGKILL');
    await first.ended;
    second.child.stdin?.write('echo kept >/root/kept && sync && cat /root/kept\n');
    await vi.waitUntil(() => second.output().includes('kept'));
    expect(await exec('cat /root/kept')).toBe('kept\n');
    second.child.stdin?.end();
    expect(await second.ended).toBe(0);
    expect(await exec('cat /root/kept')).toBe('kept\n');
  });

  test('keep out what needs the environment quiet, which says how to end them', async () => {
    const inside = await startInside(WAIT);
    for (const args of [
      ['commit', 'box'],
      ['freeze', 'box'],
      ['destroy', 'box', '--yes'],
    ]) {
      expect(await karapace(args, place)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/ENVIRONMENT_BUSY.*process \d+[^]*karapace stop/u) as string,
      });
    }
    inside.child.stdin?.end();
    expect(await inside.ended).toBe(0);
    expect(await karapace(['commit', 'box'], place)).toMatchObject({ code: 0 });
  });
});

describe('stop', () => {
  test('ends sessions by SIGTERM, and those that ignore it by SIGKILL, with all that they started', async () => {
    const polite = await startInside("trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done");
    const deaf = await startInside("trap '' TERM; echo ready; sleep 612.7 & while :; do sleep 612.7; done");

    const stopped = await karapaceJson(['stop', 'box', '--time', '1'], place);
    expect(stopped).toMatchObject({ env_id: envId, state: 'Built', sessions: 2, killed: 1 });
    expect([await polite.ended, await deaf.ended]).toEqual([9, 137]);
    expect(await runsInSandbox('612.7')).toBe(false);
    expect(await karapace(['freeze', 'box'], place)).toMatchObject({ code: 0 });
    expect(await karapace(['thaw', 'box'], place)).toMatchObject({ code: 0 });
  });

  test('of an environment that nobody is in says so', async () => {
    expect(await karapace(['stop', 'box'], place)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Nobody is in box /u) as string,
    });
  });

  test('after kills at any moment leaves no process and no session, and the environment can be entered', async () => {
    for (let round = 0; round < 12; round += 1) {
      const inside = await startInside(`echo ready; sleep 613.${round}`);
      const others = [30, 60].map((delay) => {
        const child = startKarapace(['exec', 'box', '--', 'sleep', `613.${round}`], place);
        setTimeout(() => child.kill('SIGKILL'), delay * (round + 1));
        return once(child, 'close');
      });
      inside.child.kill(round % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
      await Promise.all([inside.ended, ...others]);
      await karapaceJson(['stop', 'box', '--time', '0'], place);
      expect(await runsInSandbox(`613.${round}`)).toBe(false);
      expect(await exec('echo in')).toBe('in\n');
      expect(await readdir(path.join(place.store, 'environments', envId, 'sessions'))).toEqual(['.spare']);
    }
  });
});
