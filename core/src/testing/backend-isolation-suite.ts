import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { SandboxRoot, SandboxUpper } from '../contracts/sandbox.ts';
import type { BackendBench } from './backend-bench.ts';

/** What every backend that starts processes must keep apart from the host. */
export function describeIsolation(bench: BackendBench): void {
  describeView(bench);
  describeUppers(bench);
}

function describeView({ run, options }: BackendBench): void {
  test('the command has the streams and no other descriptor', async () => {
    expect((await run(['sh', '-c', 'ls /proc/self/fd; ls -l /proc/self/fd'])).stdout).toMatch(
      /^0\n1\n2\n3\n[^]*3 -> \/proc\//u,
    );
  });

  const hasNames = !(options.lacks ?? []).includes('stream-names');
  test(`the command can ${hasNames ? '' : 'not '}open its streams by name`, async () => {
    const { stdout, stderr } = await run(['sh', '-c', 'echo out >/dev/stdout; echo err >/dev/stderr']);

    expect(stdout).toBe(hasNames ? 'out\n' : '');
    expect(stderr.includes('err\n')).toBe(hasNames);
  });

  const hasFilter = !(options.lacks ?? []).includes('filter');
  test('no signal is ignored or blocked, the umask is 022, and new privileges are off', async () => {
    const { stdout } = await run([
      'sh',
      '-c',
      'umask; grep -E "^(SigBlk|SigIgn|NoNewPrivs|Seccomp):" /proc/self/status',
    ]);

    expect(stdout.replaceAll('\t', ' ').split('\n')).toEqual([
      ...[
        '0022',
        'SigBlk: 0000000000000000',
        'SigIgn: 0000000000000000',
        'NoNewPrivs: 1',
        `Seccomp: ${hasFilter ? 2 : 0}`,
        '',
      ],
    ]);
  });

  test("the host's processes, name and home are out of sight", async () => {
    const { stdout } = await run(['sh', '-c', `hostname; [ -e /proc/${process.pid}/environ ] && echo seen; ls /home`]);

    expect(stdout).toBe('sample\n');
    expect(hostname()).not.toBe('sample');
  });

  test('without network there is a loopback and nothing else', async () => {
    const { stdout } = await run(['sed', '-n', 's/^ *\\([a-z0-9]*\\):.*/\\1/p', '/proc/net/dev']);

    expect(stdout).toBe('lo\n');
  });

  test('devices are the harmless ones', async () => {
    const { stdout } = await run(['ls', '/dev']);

    const expected = 'fd full null ptmx pts random shm stderr stdin stdout tty urandom zero'.split(' ');
    expect(
      stdout
        .trim()
        .split('\n')
        .filter((name) => !['console', 'core', 'mqueue', ...(options.additions?.devices ?? [])].includes(name)),
    ).toEqual(expected);
  });

  test('settings of the kernel cannot be written', async () => {
    const script =
      'for f in /proc/sys/kernel/hostname /proc/sys/kernel/core_pattern /sys/x; do echo x >$f && echo wrote $f; done';

    expect((await run(['sh', '-c', script])).stdout).toBe('');
  });

  test('everything that was started ends with the command', async () => {
    const marker = `600.${process.pid}${Date.now() % 1000}`;
    const { code } = await run(['sh', '-c', `setpriv sleep ${marker} & exit 3`]);

    expect(code).toBe(3);
    expect(await findProcess(marker)).toBe(false);
  });
}

function describeUppers({ backend, spec, run }: BackendBench): void {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'karapace-upper, : "x" '));
    await Promise.all(['upper', 'work'].map((name) => mkdir(join(directory, name))));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const kept = (): SandboxUpper => ({
    kind: 'directory',
    directory: join(directory, 'upper'),
    work: join(directory, 'work'),
  });
  const rootWith = async (upper: SandboxUpper): Promise<SandboxRoot> => {
    const { root } = await spec(['true']);
    return root.kind === 'layers' ? { ...root, upper } : root;
  };

  test('a directory keeps the changes, and only them', async () => {
    const root = await rootWith(kept());
    await run(['sh', '-c', 'echo one >/srv/kept; rm /etc/os-release'], { root });
    const { stdout } = await run(['sh', '-c', 'cat /srv/kept; ls /etc/os-release || echo removed'], { root });

    expect(stdout).toBe('one\nremoved\n');
    expect(await readFile(join(directory, 'upper/srv/kept'), 'utf8')).toBe('one\n');
  });

  test('a discarded upper takes changes and forgets them', async () => {
    const root = await rootWith({ kind: 'discard' });

    expect((await run(['sh', '-c', 'echo one >/srv/gone; cat /srv/gone'], { root })).stdout).toBe('one\n');
    expect((await run(['ls', '/srv'], { root })).stdout).toBe('');
  });

  test('a read-only root refuses changes, while `/tmp` takes them', async () => {
    const { stdout } = await run(['sh', '-c', 'touch /srv/x || echo refused; echo t >/tmp/t; cat /tmp/t'], {
      root: await rootWith({ kind: 'read-only' }),
    });

    expect(stdout).toBe('refused\nt\n');
  });

  test('one upper cannot be mounted twice', async () => {
    const root = await rootWith(kept());
    const opened = await backend();
    const quiet = { streams: { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' } } as const;
    const first = await opened.start(await spec(['sleep', '600'], { root }), quiet);

    const second = opened.start(await spec(['true'], { root }), quiet).then((session) => session.wait());
    await expect(second).rejects.toMatchObject({ code: 'ENVIRONMENT_BUSY' });
    await first.stop();
    expect((await run(['true'], { root })).code).toBe(0);
  });

  test('mounts are there, read only where the spec says so, and nothing else of the host is', async () => {
    await writeFile(join(directory, 'file'), 'shared\n');
    const mounts = [
      { source: directory, target: '/data/in', readOnly: true },
      { source: join(directory, 'upper'), target: '/data/out', readOnly: false },
    ];
    const { stdout } = await run(
      ['sh', '-c', 'cat /data/in/file; touch /data/in/x || echo refused; echo out >/data/out/x'],
      { mounts },
    );

    expect(stdout).toBe('shared\nrefused\n');
    expect(await readFile(join(directory, 'upper/x'), 'utf8')).toBe('out\n');
  });
}

async function findProcess(argument: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
  return stdout.split('\n').some((line) => line.trim().endsWith(`sleep ${argument}`));
}
