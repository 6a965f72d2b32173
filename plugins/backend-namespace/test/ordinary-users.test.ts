import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ordinaryUser, whyNoOrdinaryUser } from '@karapace/core/testing';
import { NO_LIMITS, type SandboxSpec } from '@karapace/core';
import { expect, onTestFinished } from 'vitest';

import { endOf, startClient } from './fixtures/start-client.ts';
import { test, type Box } from './sandbox-test.ts';

const reason = await whyNoOrdinaryUser();
if (reason !== undefined) process.stderr.write(`skipped: cases of ordinary users: ${reason}\n`);

/** Files of another user are his; whoever runs the tests gives and removes them through sudo. */
function asRoot(...command: readonly string[]): void {
  const [program = '', ...args] = process.geteuid?.() === 0 ? command : ['sudo', '-n', ...command];
  execFileSync(program, args);
}

interface UserRun extends Partial<SandboxSpec> {
  readonly range: boolean;
  readonly isJoining?: boolean;
}

/** Runs a line of shell as a fresh user on a root that belongs to it. */
async function runAs(box: Box, script: string, { range, isJoining, ...changes }: UserRun) {
  const user = await ordinaryUser({ range });
  const home = await mkdtemp(join(tmpdir(), 'karapace-user-'));
  onTestFinished(async () => {
    await user[Symbol.asyncDispose]();
    asRoot('rm', '-rf', home);
  });
  await chmod(home, 0o755);
  await cp(box.root, join(home, 'root'), { recursive: true, verbatimSymlinks: true });
  asRoot('chown', '-R', `${user.uid}:${user.uid}`, join(home, 'root'));
  const root = { kind: 'layers', lower: [join(home, 'root')], upper: { kind: 'discard' } } as const;
  const ids = range ? 'full' : 'single';
  return endOf(startClient(box.spec(['sh', '-c', script], { root, ids, ...changes }), { user, isJoining }));
}

test.skipIf(reason !== undefined)('a user with a range has all ids', async ({ box }) => {
  const script =
    'chown 0:42 /etc/shadow; stat -c %u:%g:%a /etc/shadow; setpriv --reuid 65535 --regid 33 --clear-groups id -u; cat /proc/self/uid_map | wc -l';

  expect(await runAs(box, script, { range: true })).toMatchObject({
    code: 0,
    stdout: '0:42:640\n65535\n2\n',
    stderr: '',
  });
});

test.skipIf(reason !== undefined)('a user without a range gives files away without effect', async ({ box }) => {
  const script =
    'chown 0:42 /etc/shadow && chown 33:33 /srv && stat -c %u:%g:%a /etc/shadow /srv; mknod /srv/dev c 1 3 && ls /srv; mkfifo /srv/fifo && ls /srv';

  expect(await runAs(box, script, { range: false })).toMatchObject({
    code: 0,
    stdout: '0:0:640\n0:0:755\nfifo\n',
    stderr: '',
  });
});

test.skipIf(reason !== undefined)(
  'a user without a range is refused all ids, with the way to them',
  async ({ box }) => {
    expect(await runAs(box, 'true', { range: false, ids: 'full' })).toMatchObject({
      code: 99,
      stderr: expect.stringContaining('error[NAMESPACE_DENIED]') as string,
    });
  },
);

test.skipIf(reason !== undefined).for([true, false])(
  'exit codes, signals and privacy hold for a user, with a range: %s',
  async (range, { box }) => {
    const script = 'ls /proc/self/fd; ls /home /root; [ -e /proc/2/root/etc/machine-id ] && echo host; kill -15 $$';
    const ended = await runAs(box, script, { range });

    expect(ended).toMatchObject({ code: 143, stdout: '0\n1\n2\n3\n/home:\n\n/root:\n', stderr: '' });
  },
);

test.skipIf(reason !== undefined).for([true, false])(
  'a session of a user joins another, and stays when that has ended, with a range: %s',
  async (range, { box }) => {
    const script = 'sleep 0.3; cat /srv/first; grep -E "^(CapEff|NoNewPrivs|Seccomp):" /proc/self/status';
    const first = await runAs(box, script.replace('/srv/first', '/etc/group'), { range });
    const joined = await runAs(box, script, { range, isJoining: true });

    expect(joined).toMatchObject({ code: 0, stderr: '' });
    expect(joined.stdout.split('\n')[0]).toBe('first');
    expect(joined.stdout.split('\n').slice(-4)).toEqual(first.stdout.split('\n').slice(-4));
  },
);

test('tools find the programs of the host, read only, and nothing of its people', async ({ box }) => {
  const script =
    'ls /home /root /mnt /srv 2>&1; cat /etc/passwd; touch /usr/x 2>/dev/null || echo "read only"; ls -A /var/lib/dpkg; mount -t tmpfs t /tmp && echo mounts';
  const { stdout } = await box.shell(script, { root: { kind: 'tools' } });

  expect(stdout).toMatch(/^read only$/mu);
  expect(stdout).toMatch(/^mounts$/mu);
  expect(stdout).not.toContain('karapace-');
  const users = (await readdir('/home')).filter((name) => stdout.includes(name));
  expect(users).toEqual([]);
});

const BOMB = `perl -e 'for (;;) { my $pid = fork; die $n unless defined $pid; $pid ? $n++ : sleep 600 }'; sleep 1`;

test.skipIf(reason !== undefined)('processes of a user with one id are limited by the kernel', async ({ box }) => {
  const { stderr } = await runAs(box, BOMB, { range: false, limits: { ...NO_LIMITS, pids_limit: 64 } });
  const started = Number.parseInt(stderr, 10);

  // The shell, perl, bwrap's two and unshare are among the 64.
  expect(started).toBeGreaterThan(50);
  expect(started).toBeLessThan(64);
});

test.skipIf(reason !== undefined)(
  'a limit that a user has no control group for is refused, or done without aloud',
  async ({ box }) => {
    const limits = { ...NO_LIMITS, memory_limit_mb: 64, pids_limit: 64 };
    const refused = await runAs(box, 'true', { range: true, limits });
    const run = await runAs(box, 'echo ran', { range: true, limits: { ...limits, best_effort: true } });

    expect(refused).toMatchObject({
      code: 99,
      stderr: expect.stringMatching(
        /^error\[BACKEND_UNSUPPORTED\]: `memory_limit_mb = 64` cannot be enforced: /u,
      ) as string,
    });
    expect(run).toMatchObject({ code: 0, stdout: 'ran\n' });
    expect(run.stderr).toMatch(
      /^karapace: `memory_limit_mb` is not enforced: .*\nkarapace: `pids_limit` is not enforced: /u,
    );
  },
);
