import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { JSON_SCHEMAS } from '../scripts/docs/json/page.ts';
import { makeBusyboxProject } from './support/busybox-project.ts';
import { asRoot } from '../core/src/testing/run-as.ts';
import { makeUser, runAsRoot, type OrdinaryUser } from './support/debian.ts';
import { karapace, karapaceJson } from './support/karapace.ts';
import { openLauncherBox, makeLauncher, PROBE, type LauncherBox } from './support/launcher-box.ts';
import { aLineOf, start } from './support/start-program.ts';

let box: LauncherBox;
beforeAll(async () => {
  box = await openLauncherBox();
}, 120_000);
afterAll(() => box[Symbol.asyncDispose]());

describe('a launcher', () => {
  test('needs no Node, and is a program of the POSIX shell', () => {
    expect(readFileSync(box.file, 'utf8')).not.toContain('bin/node');
    execFileSync('dash', ['-n', box.file]);
    execFileSync('bash', ['--posix', '-n', box.file]);
  });

  test('is printed as JSON as its schema says, and so is the file it was written to', async () => {
    for (const more of [[], ['--output', path.join(box.place.directory, 'written')]]) {
      const { stdout } = await karapace(['inspect', 'box', '--launcher', ...more, '--json'], box.place);
      expect(JSON_SCHEMAS['inspect']?.safeParse(JSON.parse(stdout)).error).toBeUndefined();
    }
  });

  test('passes arguments, streams and the exit code', async () => {
    const odd = ["it's", 'a "b" $c `d`', 'line\nline', '*', '', '--'];
    expect(await box.run('busybox', 'printf', '[%s]', ...odd)).toEqual({
      code: 0,
      stdout: odd.map((word) => `[${word}]`).join(''),
      stderr: '',
    });
    expect(await start([box.file, '--', 'sh', '-c', 'cat; echo no >&2; exit 7'], { input: 'typed' }).ended).toEqual({
      code: 7,
      stdout: 'typed',
      stderr: 'no\n',
    });
    expect(await start([box.file], { input: 'echo $0; exit 4' }).ended).toMatchObject({ code: 4 });
    expect(await box.run('nothing-of-this-name')).toMatchObject({ code: 127, stdout: '' });
  });

  test('runs where its standard input is closed', async () => {
    const closed = start(['sh', '-c', 'exec "$@" <&-', 'sh', box.file, 'sh', '-c', 'cat; echo read'], { input: '' });

    expect(await closed.ended).toEqual({ code: 0, stdout: 'read\n', stderr: '' });
  });

  test('of somebody else says whose the store is', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('only root can be somebody else');
    const program = readFileSync(box.file, 'utf8');

    const { code, stderr } = await start(['setpriv', '--reuid=12345', '--clear-groups', 'sh', '-s'], { input: program })
      .ended;

    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^error\[STORE_FOREIGN\]: The store directory `.*` belongs to the user 0\nfix: Run this as/u,
    );
  });

  test('and the plan are two things to ask for', async () => {
    expect(await karapace(['inspect', 'box', '--launcher', '--plan'], box.place)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('`--launcher` and `--plan` contradict each other'),
    });
  });

  test('gives the sandbox that `karapace exec` gives', async () => {
    const [ours, theirs] = [await box.run('sh', '-c', PROBE), await box.exec(PROBE)];

    expect(ours.stdout).toContain('Seccomp:\t2');
    expect(ours.stdout).toContain('NoNewPrivs:\t1');
    expect(ours.stdout).not.toContain('of the caller');
    expect(ours.stdout).toBe(theirs.stdout);
  });

  test('starts where the caller is, if that is mounted', async () => {
    const below = path.join(box.project, 'a b');
    mkdirSync(below, { recursive: true });
    const there = await start([box.file, 'busybox', 'pwd'], { cwd: realpathSync(below), input: '' }).ended;
    const elsewhere = await start([box.file, 'busybox', 'pwd'], { cwd: '/usr', input: '' }).ended;

    expect([there.stdout, elsewhere.stdout]).toEqual(['/work/a b\n', '/root\n']);
  });

  test('mounts nothing else where a mounted directory has become a link, or another one', async () => {
    const data = path.join(box.project, 'data');
    renameSync(data, `${data}-kept`);
    symlinkSync('/proc/self', data);
    const refused = await box.run('sh', '-c', 'echo never');
    unlinkSync(data);
    renameSync(`${data}-kept`, data);

    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('error[LAUNCHER_STALE]') });
    expect(await box.run('sh', '-c', 'echo back')).toMatchObject({ code: 0, stdout: 'back\n' });
  });

  test('hides the descriptors that somebody left open', async () => {
    const file = openSync('/etc/hostname', 'r');
    const child = spawn(box.file, ['busybox', 'ls', '-l', '/proc/self/fd'], {
      stdio: ['ignore', 'pipe', 'pipe', ...Array.from({ length: 20 }, () => file)],
    });
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => void (stdout += chunk.toString()));
    await once(child, 'close');
    closeSync(file);

    expect(stdout).toContain('0 -> ');
    expect(stdout).not.toContain('hostname');
  });
});

test('there is no launcher where Karapace itself has to keep a limit, or where the backend has none', async () => {
  const limits = '[runtime.resource_limits]\ndisk_limit_mb = 100\n';
  const limited = await makeBusyboxProject(box.place, { name: 'limited', manifest: limits });
  await karapaceJson(['build', limited, '--name', 'limited'], box.place);
  const mock = 'manifest_version = 1\n[base]\nimage = "debian/trixie"\n[runtime]\nbackend = "mock"\n';
  await karapaceJson(['build', await box.place.manifest(mock, 'mock'), '--name', 'mock'], box.place);

  for (const name of ['limited', 'mock']) {
    expect(await karapace(['inspect', name, '--launcher'], box.place)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error\[BACKEND_UNSUPPORTED\].*\nfix: Use `karapace enter`/u),
    });
  }
}, 60_000);

test('a launcher runs nothing under another policy than it was made under', async () => {
  const file = path.join(box.place.directory, '.config/karapace/policy.toml');
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
  const under = { ...box.place, env: { HOME: box.place.directory } };
  writeFileSync(file, '[policy]\nmounts = ["/"]\n', { mode: 0o644 });
  const copy = path.join(box.place.directory, 'under-policy');
  await karapace(['inspect', 'box', '--launcher', '--output', copy], under);
  const runs = () => start([copy, 'sh', '-c', 'echo run'], { input: '' }).ended;
  const first = await runs();
  writeFileSync(file, '[policy]\nmounts = []\n');
  const second = await runs();
  rmSync(file);

  expect(first).toMatchObject({ code: 0, stdout: 'run\n', stderr: '' });
  for (const refused of [second, await runs()])
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('error[LAUNCHER_STALE]: The policy'),
    });
});

describe('a launcher whose environment is another by now', () => {
  test.each([
    ['freeze', 'thaw', 'LAUNCHER_STALE', 'was frozen'],
    ['archive', 'unarchive', 'ENVIRONMENT_ARCHIVED', 'is archived'],
  ])('refuses after %s, and runs again after %s', async (...[change, back, code, reason]) => {
    await karapaceJson([change, 'box'], box.place);
    const refused = await box.run('sh', '-c', 'echo never');
    await karapaceJson([back, 'box'], box.place);

    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`error[${code}]`);
    expect(refused.stderr).toContain(reason);
    expect(await box.run('sh', '-c', 'echo again')).toMatchObject({ code: 0, stdout: 'again\n' });
  });

  test('runs on after a build that changed nothing, and refuses after a rebuild and after the end', async () => {
    const other = await makeBusyboxProject(box.place, { name: 'other' });
    await karapaceJson(['build', other, '--name', 'other'], box.place);
    const file = await makeLauncher('other', box.place);
    const runOther = () => start([file, 'sh', '-c', 'echo run'], { input: '' }).ended;

    await karapaceJson(['build', other, '--name', 'other', '--check'], box.place);
    expect(await runOther()).toMatchObject({ code: 0, stdout: 'run\n' });
    await karapaceJson(['rebuild', other, '--name', 'other'], box.place);
    expect(await runOther()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error\[LAUNCHER_STALE\].*built anew/u),
    });
    await karapaceJson(['destroy', 'other', '--yes'], box.place);
    expect(await runOther()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error\[LAUNCHER_STALE\].*destroyed.*\nfix: Build it again/u),
    });
  }, 60_000);
});

describe.each([
  ['a range of ids', true],
  ['one id', false],
] as const)('a launcher of somebody with %s', (_, range) => {
  let user: OrdinaryUser;
  afterAll(() => user[Symbol.dispose]());

  test('runs and joins', async () => {
    user = makeUser({ range });
    const project = `${user.home}/project`;
    runAsRoot('cp', '-r', box.project, project);
    runAsRoot('rm', `${project}/karapace.lock`);
    runAsRoot('chown', '-R', user.name, project);
    const options = { store: `${user.home}/store`, prefix: user.prefix, cwd: project };
    expect(await karapace(['build', '--name', 'own'], options)).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('error'),
    });
    const file = await makeLauncher('own', options);
    await karapace(['exec', 'own', '--', 'sh', '-c', ':'], options);
    const as = (...command: string[]) => [...user.prefix, file, ...command];
    const probe = await start(as('sh', '-c', PROBE), { input: '' }).ended;
    const theirs = await karapace(['exec', 'own', '--', 'sh', '-c', PROBE], { ...options, cwd: '/' });
    const live = start(as('sh', '-c', 'echo mark >/tmp/mark; echo in; read -r line'));
    await aLineOf(live);
    const joined = await start(as('busybox', 'cat', '/tmp/mark'), { input: '' }).ended;
    live.child.stdin?.end();
    await live.ended;

    expect(probe.stdout.replace('TERM=dumb', '')).toBe(theirs.stdout.replace('TERM=dumb', ''));
    expect(joined).toEqual({ code: 0, stdout: 'mark\n', stderr: '' });
    runAsRoot('rm', '-rf', options.store);
  }, 120_000);
});

test('a launcher takes the locks where there is no perl', async () => {
  const hidden = `mount --bind /dev/null "$(command -v perl)"; exec runuser -u ${userInfo().username} -- "$@"`;
  const launched = [box.file, 'sh', '-c', 'echo by python'];
  const started = start([...asRoot(), 'unshare', '--mount', 'sh', '-c', hidden, 'sh', ...launched], { input: '' });

  expect(await started.ended).toEqual({ code: 0, stdout: 'by python\n', stderr: '' });
});
