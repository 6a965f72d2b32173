import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeSandbox, runKarapace, type Run, type Sandbox } from './run-karapace.ts';

let box: Sandbox;
let places = 0;
beforeAll(async () => {
  box = await makeSandbox();
});
afterAll(() => box[Symbol.asyncDispose]());

interface Place {
  readonly folder: string;
  run(...args: readonly string[]): Promise<Run>;
  runBelow(...args: readonly string[]): Promise<Run>;
  ask(...packages: readonly string[]): Promise<void>;
}

async function makePlace(): Promise<Place> {
  const folder = path.join(box.folder, `place-${places++}`);
  const below = path.join(folder, 'src', 'deep');
  await mkdir(below, { recursive: true });
  const ask: Place['ask'] = (...packages) =>
    writeFile(
      path.join(folder, 'karapace.toml'),
      `manifest_version = 1
base = { image = "debian/trixie" }
system = { packages = ${JSON.stringify([`place-${places}`, ...packages])} }
mounts = { here = ".:/here" }
runtime = { backend = "mock" }
`,
    );
  await ask();
  const run = (cwd: string) => (args: readonly string[]) => runKarapace(args, { cwd, environment: box.environment });
  return { folder, ask, run: (...args) => run(folder)(args), runBelow: (...args) => run(below)(args) };
}

test('a shell in a project builds its environment first, says so, and only once', async () => {
  const place = await makePlace();

  const first = await place.runBelow('shell', '--', 'ls', '/usr/bin');
  const second = await place.run('run', '--', 'ls', '/usr/bin');

  expect([first.code, first.stdout.split('\n')]).toEqual([0, expect.arrayContaining([`place-${places}`])]);
  expect(first.stderr).toMatch(/^Built [0-9a-f]{12} in .*; entering it$/mu);
  expect(second).toEqual({ code: 0, stdout: first.stdout, stderr: '' });
});

test('a manifest that has changed is built before its environment is entered; with --locked it is an error', async () => {
  const place = await makePlace();
  await place.run('build');
  await place.ask('ripgrep');

  const locked = await place.run('exec', '--locked', '--', 'ls', '/usr/bin');
  const inCi = await runKarapace(['shell', '--', 'true'], {
    cwd: place.folder,
    environment: { ...box.environment, CI: 'true' },
  });
  const { stdout } = await place.run('exec', '--', 'ls', '/usr/bin');

  expect([locked.code, locked.stderr]).toEqual([2, expect.stringContaining('error[LOCK_STALE]')]);
  expect([inCi.code, inCi.stderr]).toEqual([2, expect.stringContaining('error[LOCK_STALE]')]);
  expect(stdout).toContain('ripgrep\n');
});

test('commands without an environment are about the one of the project', async () => {
  const place = await makePlace();
  const { env_id } = JSON.parse((await place.run('build', '--json')).stdout) as { env_id: string };

  for (const verb of ['inspect', 'why', 'graph', 'stop', 'freeze', 'thaw', 'archive', 'unarchive', 'snapshots']) {
    const { stdout, code } = await place.runBelow(verb, '--json');
    expect([verb, code, JSON.parse(stdout)]).toEqual([verb, 0, expect.objectContaining({ env_id })]);
  }
  expect(JSON.parse((await place.run('diff', '--json')).stdout)).toMatchObject({ changes: [] });
});

test('of a project that is not built yet, commands say how to build it', async () => {
  const place = await makePlace();

  const { code, stderr } = await place.run('inspect');

  expect([code, stderr]).toEqual([1, expect.stringContaining('error[ENVIRONMENT_NOT_FOUND]')]);
  expect(stderr).toContain('fix: Run `karapace build`, or `karapace shell`, which builds first.');
});

test.each([['inspect'], ['shell'], ['run', '--', 'true']])(
  'outside of a project `karapace %s` says that no environment is named',
  async (...command) => {
    const { code, stderr } = await runKarapace(command, { cwd: box.folder, environment: box.environment });

    expect([code, stderr]).toEqual([1, expect.stringContaining('error[USAGE]: No environment is named')]);
  },
);

test('two projects with one environment each get their own directory mounted', async () => {
  const [left, right] = [await makePlace(), await makePlace()];
  const manifest = `manifest_version = 1
base = { image = "debian/trixie" }
mounts = { here = ".:/here" }
runtime = { backend = "mock" }
`;
  for (const { folder } of [left, right]) {
    await writeFile(path.join(folder, 'karapace.toml'), manifest);
    await writeFile(path.join(folder, 'name'), path.basename(folder));
  }

  for (const place of [left, right, left]) {
    const { env_id, project } = JSON.parse((await place.run('build', '--json')).stdout) as Record<string, string>;
    expect([env_id, project]).toBeDefined();
    await place.run('exec', '--', 'true');
    expect(JSON.parse((await place.run('inspect', '--json')).stdout)).toMatchObject({ project: place.folder });
  }
});
