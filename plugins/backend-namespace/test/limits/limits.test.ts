import { execFileSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { NO_LIMITS, type LimitName, type SandboxLimits, type SandboxSpec, type Session } from '@karapace/core';
import { findChildren, readHierarchies, startTimeOf } from '@karapace/sandbox-profile';
import { expect, onTestFinished } from 'vitest';

import { startClient } from '../fixtures/start-client.ts';
import { test, type Box } from '../sandbox-test.ts';

const SILENT = { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' } as const;
const FORK_BOMB = 'for (;;) { my $pid = fork; exit 42 unless defined $pid; if ($pid == 0) { sleep 600 while 1 } }';
const MEMORY_HOG = 'my @held; push @held, "x" x 1048576 for 1 .. 512; print "all of it"';

function limited(box: Box, script: string, changes: Partial<SandboxLimits> & Partial<Pick<SandboxSpec, 'root'>>) {
  const { root, ...limits } = changes;
  const spec = box.spec(['perl', '-e', script], { limits: { ...NO_LIMITS, ...limits } });
  return root === undefined ? spec : { ...spec, root };
}

async function start(box: Box, spec: SandboxSpec, join?: Session): Promise<Session> {
  const joined = join && { pid: join.pid, start_time: startTimeOf(join.pid) ?? '' };
  return box.backend.start(spec, { streams: SILENT, join: joined });
}

async function exitOf(box: Box, spec: SandboxSpec) {
  return (await start(box, spec)).wait();
}

/** Directories of the groups that the command of a session is in. */
function groupsOf({ pid }: Session): readonly string[] {
  return readHierarchies(findChildren(pid)[0])
    .map(({ own }) => own ?? '')
    .filter((own) => basename(own).startsWith('karapace-'));
}

async function upperRoot(box: Box): Promise<SandboxSpec['root']> {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-upper-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const [upper, work] = await Promise.all(['upper-', 'work-'].map((name) => mkdtemp(join(directory, name))));
  return { kind: 'layers', lower: [box.root], upper: { kind: 'directory', directory: upper ?? '', work: work ?? '' } };
}

/** Says aloud what this machine cannot do; that it is refused then is tested elsewhere. */
async function needs(box: Box, limit: LimitName, skip: (reason: string) => void): Promise<void> {
  const { limits } = await box.backend.capabilities();
  if (!limits.includes(limit)) skip(`this user cannot enforce ${limit} here`);
}

test('a memory hog is killed at the limit, and the exit says so', async ({ box, skip }) => {
  await needs(box, 'memory_limit_mb', skip);

  expect(await exitOf(box, limited(box, MEMORY_HOG, { memory_limit_mb: 64 }))).toEqual({
    code: 137,
    limit: 'memory_limit_mb',
  });
  expect(await exitOf(box, limited(box, MEMORY_HOG, { memory_limit_mb: 1024 }))).toEqual({ code: 0 });
});

test('a fork bomb stops at the limit, the exit says so, and the host can go on', async ({ box, skip }) => {
  await needs(box, 'pids_limit', skip);
  const bomb = await start(box, limited(box, `${FORK_BOMB.replace('exit 42', 'sleep 600')}`, { pids_limit: 64 }));
  const [group = ''] = groupsOf(bomb);
  while (readFileSync(`${group}/pids.current`, 'utf8') !== '64\n') await sleep(10);
  expect(execFileSync('echo', ['alive'], { encoding: 'utf8' })).toBe('alive\n');
  bomb.signal('SIGKILL');
  expect(await bomb.wait()).toEqual({ code: 137, limit: 'pids_limit' });

  expect(await exitOf(box, limited(box, FORK_BOMB, { pids_limit: 64 }))).toEqual({ code: 42, limit: 'pids_limit' });
});

test('a command that fails of something else is not blamed on a limit', async ({ box, skip }) => {
  await needs(box, 'pids_limit', skip);

  expect(await exitOf(box, limited(box, 'exit 3', { pids_limit: 64 }))).toEqual({ code: 3 });
});

/** Clock ticks that a process has used so far. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[11]);
}

test('a CPU hog gets the share that the limit says, and leaves the rest to others', async ({ box, skip }) => {
  await needs(box, 'cpu_shares', skip);
  const hogs = await Promise.all([64, 1024].map((cpu_shares) => start(box, limited(box, '1 while 1', { cpu_shares }))));
  const [group = ''] = hogs.slice(0, 1).flatMap(groupsOf);
  const [file = '', value] = existsSync(`${group}/cpu.shares`) ? ['cpu.shares', '64\n'] : ['cpu.weight', '6\n'];
  expect(readFileSync(join(group, file), 'utf8')).toBe(value);

  const pids = await Promise.all(hogs.map(commandOf));
  // On one processor they have to share it.
  for (const pid of pids) execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', String(pid)]);
  const before = pids.map(ticksOf);
  const used = () => pids.map((pid, index) => ticksOf(pid) - (before[index] ?? 0));
  while ((used()[1] ?? 0) < 50) await sleep(20);
  expect(used()[0]).toBeLessThan(25);
  await Promise.all(hogs.map((hog) => hog.stop(0)));
}, 120_000);

async function commandOf({ pid }: Session): Promise<number> {
  for (;;) {
    const [command] = [pid, pid].reduce(([below = 0]) => findChildren(below), findChildren(pid));
    if (command !== undefined && readFileSync(`/proc/${command}/comm`, 'utf8') === 'perl\n') return command;
    await sleep(10);
  }
}

test('a descriptor hog stops at the limit', async ({ box }) => {
  const script = 'my @held; while (open my $file, "<", "/dev/null") { push @held, $file } exit @held';

  // The three that it starts with, and one that perl keeps for the directory that a file is in.
  expect(await exitOf(box, limited(box, script, { open_files_limit: 100 }))).toEqual({
    code: 97,
    uncounted: ['open_files_limit'],
  });
  expect(await exitOf(box, limited(box, 'exit 0', { open_files_limit: 100 }))).toEqual({ code: 0 });
});

test('without a limit a process has what services have, and cannot raise it further', async ({ box }) => {
  const { stdout } = await box.shell('ulimit -Sn; ulimit -Hn; ulimit -Hn 600000 2>/dev/null; echo $?');
  const own = Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' })) || Number.POSITIVE_INFINITY;

  expect(stdout).toMatch(new RegExp(`^1024\n${Math.min(own, 524_288)}\n[^0]`, 'u'));
});

test('a file that is larger than the disk limit is never written', async ({ box }) => {
  const script = 'open my $file, ">", "/srv/large"; print {$file} "x" x 1048576 for 1 .. 64; exit 0';

  expect(await exitOf(box, limited(box, script, { disk_limit_mb: 8, root: await upperRoot(box) }))).toEqual({
    code: 153,
    limit: 'disk_limit_mb',
  });
});

test('many files that are larger together are stopped too', async ({ box }) => {
  const script =
    'for my $n (1 .. 1000) { open my $file, ">", "/srv/$n"; print {$file} "x" x 1048576; close $file; select undef, undef, undef, .02 }';
  const root = await upperRoot(box);

  expect(await exitOf(box, limited(box, script, { disk_limit_mb: 16, root }))).toEqual({
    code: 137,
    limit: 'disk_limit_mb',
  });
  // What is there may be removed again.
  const remove = box.spec(['sh', '-c', 'sleep 1; rm /srv/*'], { limits: { ...NO_LIMITS, disk_limit_mb: 16 }, root });
  expect(await exitOf(box, remove)).toEqual({ code: 0 });
});

test('what is thrown away has the same limit', async ({ box }) => {
  const script =
    'for my $n (1 .. 64) { open my $f, ">", "/srv/$n"; print {$f} "x" x 1048576 or exit 7; close $f or exit 7 }';

  expect(await exitOf(box, limited(box, script, { disk_limit_mb: 16 }))).toEqual({ code: 7 });
});

test('sessions that join are in the same group, and see nothing of where it is', async ({ box, skip }) => {
  await needs(box, 'pids_limit', skip);
  const spec = limited(box, 'sleep 600', { pids_limit: 64, memory_limit_mb: 256 });
  const first = await start(box, spec);
  const second = await start(box, spec, first);
  const chunks: Buffer[] = [];
  const third = await box.backend.start(
    { ...spec, command: ['cat', '/proc/self/cgroup'] },
    { streams: { ...SILENT, stdout: (chunk) => chunks.push(chunk) } },
  );

  expect(groupsOf(second)).toEqual(groupsOf(first));
  expect(groupsOf(first)).not.toEqual([]);
  await third.wait();
  expect(Buffer.concat(chunks).toString()).toMatch(/^(?:\d+:[^:]*:\/\n)+$/u);
  await first.stop(0);
  expect(groupsOf(second).every((group) => existsSync(group))).toBe(true);
  await second.stop(0);
});

/** Sessions of other tests may have removed it already. */
function hasProcesses(group: string): boolean {
  return existsSync(group) && readFileSync(`${group}/cgroup.procs`, 'utf8') !== '';
}

/** A client's sandbox, and the process that waits for the client's end. */
function childrenOf({ pid = 0 }: ChildProcess): { readonly outermost: number; readonly watches: readonly number[] } {
  const isWatch = (child: number) => readFileSync(`/proc/${child}/comm`, 'utf8') === 'sh\n';
  const children = findChildren(pid);
  return { outermost: children.find((child) => !isWatch(child)) ?? 0, watches: children.filter(isWatch) };
}

test.for(['the client', 'the outermost process', "the sandbox's init", 'the command'])(
  'no group is left when %s is killed',
  async (what, { box, skip }) => {
    await needs(box, 'pids_limit', skip);
    const spec = limited(box, '$| = 1; print "ready"; sleep 600', { pids_limit: 64, memory_limit_mb: 256 });
    const client = startClient(spec);
    await new Promise((resolve) => client.stdout?.once('data', resolve));
    const { outermost } = childrenOf(client);
    const [init = 0] = findChildren(outermost);
    const [groups, [below = 0]] = [groupsOf({ pid: outermost } as Session), findChildren(init)];
    const victims = { client: client.pid, outermost, init, command: findChildren(below)[0] ?? 0 };
    const victim = Object.entries(victims).find(([name]) => what.includes(name))?.[1];
    const ended = new Promise((resolve) => client.once('close', resolve));
    process.kill(victim ?? 0, 'SIGKILL');
    await ended;

    expect(groups).not.toEqual([]);
    // A client that was killed cleans nothing itself.
    await expect.poll(() => groups.filter((group) => existsSync(group)), { timeout: 60_000 }).toEqual([]);
  },
);

test('a group whose client and watch were both killed is removed by the next session', async ({ box, skip }) => {
  await needs(box, 'pids_limit', skip);
  const spec = limited(box, '$| = 1; print "ready"; sleep 600', { pids_limit: 64 });
  const client = startClient(spec);
  await new Promise((resolve) => client.stdout?.once('data', resolve));
  const { outermost, watches } = childrenOf(client);
  const groups = groupsOf({ pid: outermost } as Session);
  const ended = new Promise((resolve) => client.once('close', resolve));
  for (const pid of [...watches, client.pid ?? 0]) process.kill(pid, 'SIGKILL');
  await ended;
  await expect.poll(() => groups.some(hasProcesses), { timeout: 60_000 }).toBe(false);

  expect(watches).toHaveLength(1);
  expect(groups).not.toEqual([]);
  await exitOf(box, limited(box, 'exit 0', { pids_limit: 64 }));
  expect(groups.filter((group) => existsSync(group))).toEqual([]);
});
