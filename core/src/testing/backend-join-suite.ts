import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { RunningSandbox, Session } from '../contracts/backend.ts';
import type { SandboxRoot } from '../contracts/sandbox.ts';
import type { BackendBench } from './backend-bench.ts';

interface Sleeper {
  readonly session: Session;
  readonly sandbox: RunningSandbox;
}

/** What every backend must do when a second session enters a root that has one. */
export function describeJoining(bench: BackendBench): void {
  let directory: string;
  let sleepers: Session[];
  beforeEach(async () => {
    sleepers = [];
    directory = await mkdtemp(join(tmpdir(), 'karapace-join-'));
    await Promise.all(['upper', 'work'].map((name) => mkdir(join(directory, name))));
  });
  afterEach(async () => {
    await Promise.all(sleepers.map((session) => session.stop(0)));
    await rm(directory, { recursive: true, force: true });
  });

  const keptRoot = async (): Promise<SandboxRoot> => {
    const { root } = await bench.spec(['true']);
    const upper = { kind: 'directory', directory: join(directory, 'upper'), work: join(directory, 'work') } as const;
    return root.kind === 'layers' ? { ...root, upper } : root;
  };

  /** Starts a script that goes on; resolves when it has said something. */
  async function start(script: string, joined?: Sleeper): Promise<Sleeper> {
    const said = Promise.withResolvers<void>();
    const spec = await bench.spec(['sh', '-c', `${script}; echo ready; sleep 600`], { root: await keptRoot() });
    const session = await (
      await bench.backend()
    ).start(spec, {
      streams: { stdin: 'ignore', stdout: () => said.resolve(), stderr: 'ignore' },
      join: joined?.sandbox,
    });
    sleepers.push(session);
    await Promise.race([said.promise, session.wait()]);
    return { session, sandbox: { pid: session.pid, start_time: await startTimeOf(session.pid) } };
  }

  /** Runs a script beside a session that lives. */
  async function beside({ sandbox }: Sleeper, script: string): Promise<string> {
    const stdout: Buffer[] = [];
    const spec = await bench.spec(['sh', '-c', script], { root: await keptRoot() });
    const session = await (
      await bench.backend()
    ).start(spec, {
      streams: { stdin: 'ignore', stdout: (chunk) => stdout.push(chunk), stderr: 'ignore' },
      join: sandbox,
    });
    await session.wait();
    return Buffer.concat(stdout).toString();
  }

  test('a session that joins has the same files, `/tmp`, `/run` and shared memory', async () => {
    const first = await start('for d in srv tmp run dev/shm; do echo "of $d" >/$d/note; done');

    expect(await beside(first, 'cat /srv/note /tmp/note /run/note /dev/shm/note; echo back >/srv/back')).toBe(
      'of srv\nof tmp\nof run\nof dev/shm\n',
    );
    expect(await readFile(join(directory, 'upper/srv/back'), 'utf8')).toBe('back\n');
  });

  test('a session that joins has the same network and its own processes', async () => {
    const first = await start('for n in net ipc pid; do readlink /proc/self/ns/$n >/tmp/$n; done');
    const script = 'for n in net ipc pid; do [ "$(readlink /proc/self/ns/$n)" = "$(cat /tmp/$n)" ] && echo $n; done';

    expect(await beside(first, script)).toBe('net\nipc\n');
    expect(await beside(first, "sed -n 's/^ *\\([a-z0-9]*\\):.*/\\1/p' /proc/net/dev")).toBe('lo\n');
  });

  test('a session that joins can do no more than the first', async () => {
    const script =
      'grep -E "^(Cap|NoNewPrivs|Seccomp:|Sig(Blk|Ign|Cgt):)" /proc/self/status; ls /proc/self/fd; ls /dev; umask';
    const first = await start(`(${script}) >/srv/first`);

    expect(await beside(first, script)).toBe(await readFile(join(directory, 'upper/srv/first'), 'utf8'));
  });

  test('the root stays until the last session has left, in whatever order they do', async () => {
    const first = await start('echo one >/srv/one');
    const second = await start('echo two >/srv/two', first);
    await first.session.stop(0);
    expect(await beside(second, 'cat /srv/one /srv/two')).toBe('one\ntwo\n');
    const third = await start('true', second);
    await second.session.stop(0);
    expect(await beside(third, 'echo three >/srv/three; cat /srv/one /srv/three')).toBe('one\nthree\n');
    await third.session.stop(0);

    const next = await start('true');
    expect(await beside(next, 'ls /srv')).toBe('one\nthree\ntwo\n');
  });

  test('a session that has ended, or whose number somebody else has, cannot be joined', async () => {
    const first = await start('true');
    const other = { ...first, sandbox: { ...first.sandbox, start_time: '1' } };
    await expect(beside(other, 'true')).rejects.toMatchObject({ code: 'SESSION_ENDED' });
    await first.session.stop(0);

    await expect(beside(first, 'true')).rejects.toMatchObject({ code: 'SESSION_ENDED' });
  });

  test('a sandbox can be signalled by who did not start it, and nobody else in its place', async () => {
    const backend = await bench.backend();
    const first = await start("trap 'exit 7' USR1; echo ready; while :; do sleep 0.1; done");
    const second = await start('true', first);

    expect(backend.signal({ ...first.sandbox, start_time: '1' }, 'SIGKILL')).toBe(false);
    expect(backend.signal(first.sandbox, 'SIGUSR1')).toBe(true);
    expect(await first.session.wait()).toEqual({ code: 7 });
    expect(backend.signal(second.sandbox, 'SIGKILL')).toBe(true);
    expect(await second.session.wait()).toEqual({ code: 137 });
    expect(backend.signal(second.sandbox, 'SIGTERM')).toBe(false);
  });
}

async function startTimeOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
