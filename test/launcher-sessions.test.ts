import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { karapace, karapaceJson } from './support/karapace.ts';
import { openLauncherBox, type LauncherBox } from './support/launcher-box.ts';
import { aLineOf, start } from './support/start-program.ts';

let box: LauncherBox;
beforeAll(async () => {
  box = await openLauncherBox();
}, 120_000);
afterAll(() => box[Symbol.asyncDispose]());

describe('a launcher beside other sessions', () => {
  test('joins a session of `karapace exec`, and is joined by one', async () => {
    const device = 'busybox stat -c %d /; echo shared >>/tmp/seen; busybox wc -l </tmp/seen';
    const first = start([
      process.execPath,
      ...karapaceArguments('exec', 'box', '--', 'sh', '-c', `${device}; read -r line`),
    ]);
    await aLineOf(first);
    const second = start([box.file, 'sh', '-c', `${device}; read -r line`]);
    await aLineOf(second);
    first.child.stdin?.end();
    await first.ended;
    const third = await box.exec(device);
    expect(await box.inspect()).toMatchObject({ state: 'Running', sessions: { length: 1 } });
    second.child.stdin?.end();

    const [one, two] = [(await first.ended).stdout.split('\n'), (await second.ended).stdout.split('\n')];
    expect(two[0]).toBe(one[0]);
    expect(third.stdout.split('\n')).toEqual([one[0], '3', '']);
    expect(await box.inspect()).toMatchObject({ state: 'Built', sessions: [] });
  });

  test('of which many begin and end at once, all run, and mount the upper once at a time', async () => {
    await box.exec('echo start >/root/log');
    const many = Array.from({ length: 12 }, (_, index) =>
      index % 4 === 0 ? box.exec(`echo ${index} >>/root/log`) : box.run('sh', '-c', `echo ${index} >>/root/log`),
    );
    const ends = await Promise.all(many);

    expect(ends.map(({ code, stderr }) => ({ code, stderr: stderr.replace(/^waiting .*\n/gmu, '') }))).toEqual(
      ends.map(() => ({ code: 0, stderr: '' })),
    );
    expect((await box.exec('busybox wc -l </root/log')).stdout.trim()).toBe('13');
  }, 60_000);

  test('is seen by whoever needs the environment quiet, and is refused meanwhile', async () => {
    const live = start([box.file, 'sh', '-c', 'echo in; read -r line']);
    await aLineOf(live);
    const commit = await karapace(['commit', 'box'], box.place);
    expect(commit).toMatchObject({ code: 1, stderr: expect.stringContaining('launcher of') });
    live.child.stdin?.end('go\n');
    await live.ended;

    const [environment = ''] = readdirSync(path.join(box.place.store, 'environments'));
    const lock = path.join(box.place.store, 'environments', environment, 'lock');
    const holder = start([
      'python3',
      '-c',
      'import fcntl,struct,sys\nf=open(sys.argv[1],"r+")\nfcntl.fcntl(f,37,struct.pack("hhxxxxqqixxxx",1,0,0,0,0))\nprint("held",flush=True)\nsys.stdin.read()',
      lock,
    ]);
    await aLineOf(holder);
    expect(await box.run('sh', '-c', 'echo never')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('error[ENVIRONMENT_BUSY]'),
    });
    holder.child.stdin?.end();
    await holder.ended;
  });

  test('is ended by `karapace stop`, and takes everything along when it is killed', async () => {
    const waiting = start([
      box.file,
      'sh',
      '-c',
      'trap "exit 9" TERM; echo in; while :; do read -r line || busybox sleep 0.1; done',
    ]);
    await aLineOf(waiting);
    await karapaceJson(['stop', 'box'], box.place);
    expect(await waiting.ended).toMatchObject({ code: 9 });

    const killed = start([box.file, 'sh', '-c', 'echo in; exec busybox sleep 4711']);
    await aLineOf(killed);
    killed.child.kill('SIGKILL');
    await vi.waitUntil(async () => (await box.inspect()).state === 'Built', { timeout: 20_000 });
    expect(runsInSandbox('4711')).toBe(false);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGUSR1'] as const)('passes %s on to the command, once', async (signal) => {
    const name = signal.slice(3);
    const started = start([
      box.file,
      'sh',
      '-c',
      `trap 'echo got ${name}; exit 5' ${name}; echo in; while :; do busybox sleep 0.1; done`,
    ]);
    await aLineOf(started);
    started.child.kill(signal);

    expect(await started.ended).toEqual({ code: 5, stdout: `in\ngot ${name}\n`, stderr: '' });
  });
});

function karapaceArguments(...args: string[]): readonly string[] {
  return [
    path.resolve(import.meta.dirname, '../plugins/frontend-cli/bin/karapace.js'),
    '--store',
    box.place.store,
    ...args,
  ];
}

function runsInSandbox(mark: string): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`sleep\0${mark}`);
      } catch {
        // It has just ended.
        return false;
      }
    });
}
