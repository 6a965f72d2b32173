import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { test as base, describe, expect } from 'vitest';

import { karapace, karapaceJson, openWorkplace, type PrintedRecord, type Workplace } from './support/karapace.ts';

const MOCK =
  'manifest_version = 1\n[base]\nimage = "debian/trixie"\n[system]\npackages = ["git"]\n[runtime]\nbackend = "mock"\n';
const FILES = '[[files]]\nsource = "etc"\ntarget = "/etc/project"\n';
const run = (name: string, command: string, more = ''): string =>
  `[[run]]\nname = "${name}"\ncommand = "${command}"\n${more}\n`;

const test = base.extend<{ place: Workplace }>({
  place: async ({}, use) => {
    await using place = await openWorkplace();
    await mkdir(path.join(place.directory, 'project/etc'), { recursive: true });
    await writeFile(path.join(place.directory, 'project/etc/motd'), 'hello\n');
    await use(place);
  },
});

const builtIn = ({ layers }: PrintedRecord): readonly string[] =>
  layers.filter(({ reused }) => !reused).map(({ name }) => name);
const build = async (place: Workplace, text: string, ...flags: readonly string[]): Promise<PrintedRecord> =>
  karapaceJson(['build', await place.manifest(text), '--name', 'dev', ...flags], place);
const inside = async (place: Workplace, ...command: readonly string[]): Promise<string> =>
  (await karapace(['exec', 'dev', '--', ...command], place)).stdout;

describe('an environment with variables, files and runs', () => {
  const whole = `${MOCK}[env]\nGREETING = "hello world"\n${FILES}${run('one', 'write /opt/one 1')}${run('two', 'write /opt/two 2')}`;

  test('has them', async ({ place }) => {
    const built = await build(place, whole);

    expect(built.layers.map(({ name }) => name)).toEqual(['base', 'packages', 'files', 'run-one', 'run-two']);
    expect(await inside(place, 'cat', '/etc/project/motd', '/opt/one', '/opt/two')).toBe('hello\n1\n2\n');
    expect(await inside(place, 'env')).toContain('GREETING=hello world\n');
  });

  test('comes out the same a second time', async ({ place }) => {
    expect(await build(place, whole, '--check')).toMatchObject({ status: 'built' });
  });

  test('is unchanged by a comment, and by what was built before', async ({ place }) => {
    const { env_id } = await build(place, whole);

    expect(await build(place, whole)).toMatchObject({ status: 'unchanged', env_id });
    expect(await build(place, `# a comment\n${whole}`)).toMatchObject({ status: 'unchanged', env_id });
  });

  test.for([
    ['the packages', whole.replace('"git"', '"git", "curl"'), ['packages-1', 'files', 'run-one', 'run-two']],
    ['a run', whole.replace('/opt/two 2', '/opt/two 3'), ['run-two']],
    ['the first run', whole.replace('/opt/one 1', '/opt/one 3'), ['run-one']],
    ['the name of a run', whole.replace('name = "two"', 'name = "other"'), []],
    ['a mount', `${whole}[mounts]\nhere = ".:/here"\n`, []],
    ['a limit', `${whole}[runtime.resource_limits]\ncpu_shares = 512\n`, []],
    ['a variable', whole.replace('hello world', 'hi'), ['run-one', 'run-two']],
    ['where a file lies inside', whole.replace('/etc/project', '/etc/other'), ['files', 'run-one', 'run-two']],
  ] as const)('builds only what has to be after a change of %s', async ([, changed, layers], { place }) => {
    const before = await build(place, whole);
    const after = await build(place, changed);

    expect(builtIn(after)).toEqual(layers);
    expect(after.env_id).not.toBe(before.env_id);
    expect(await build(place, changed)).toMatchObject({ status: 'unchanged' });
  });

  test('is another one when a file changes, with the same packages', async ({ place }) => {
    const before = await build(place, whole);
    const lock = path.join(place.directory, 'project/karapace.lock');
    const packages = (await readFile(lock, 'utf8')).match(/^packages = \[[^]*?^\]/m)?.[0];
    await writeFile(path.join(place.directory, 'project/etc/motd'), 'changed\n');

    const after = await build(place, whole);

    expect(builtIn(after)).toEqual(['files', 'run-one', 'run-two']);
    expect(after.env_id).not.toBe(before.env_id);
    expect(await readFile(lock, 'utf8')).toContain(packages);
    expect(await inside(place, 'cat', '/etc/project/motd')).toBe('changed\n');
  });

  test('needs its files as they are pinned when it is locked', async ({ place }) => {
    await build(place, whole);
    await writeFile(path.join(place.directory, 'project/etc/motd'), 'changed\n');

    const { code, stderr } = await karapace(['build', await place.manifest(whole), '--locked'], place);

    expect(code).toBe(2);
    expect(stderr).toMatch(/LOCK_STALE[^]*files\[0\]\.content/);
  });
});

describe('runs', () => {
  test('see what they come after and nothing of the others', async ({ place }) => {
    const text = `${MOCK}${run('one', 'write /opt/one 1')}${run('two', 'cat /opt/one')}`;
    const blind = await karapace(['build', await place.manifest(text)], place);

    expect(blind).toMatchObject({ code: 1, stderr: expect.stringContaining('/opt/one: no such file') });
    await build(place, text.replace('cat /opt/one"\n', 'cat /opt/one"\nafter = ["one"]\n'));
  });

  test('that write one path leave the file of the last in the manifest', async ({ place }) => {
    const [one, two] = [run('one', 'write /opt/x one'), run('two', 'write /opt/x two')];

    await build(place, `${MOCK}${one}${two}`);
    expect(await inside(place, 'cat', '/opt/x')).toBe('two\n');
    await build(place, `${MOCK}${two}${one}`);
    expect(await inside(place, 'cat', '/opt/x')).toBe('one\n');
  });

  test('that fail say which command and with what code, and leave no environment', async ({ place }) => {
    const failed = await karapace(['build', await place.manifest(`${MOCK}${run('bad', 'exit 3')}`)], place);

    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/BUILD_FAILED[^]*`\/bin\/sh -c exit 3`.* 3/),
    });
    expect((await karapace(['list'], place)).stdout).not.toContain('Built');
  });

  test('with network are warned of, and refused offline', async ({ place }) => {
    const text = `${MOCK}${run('fetch', 'true', 'network = true')}`;
    const offline = await karapace(['build', await place.manifest(text), '--offline'], place);
    const online = await karapace(['build', await place.manifest(text)], place);

    expect(offline.stderr).toContain('OFFLINE');
    expect(online).toMatchObject({ code: 0, stderr: expect.stringContaining('The run `fetch` has network') });
  });
});

test('files that lead out of the project are refused, and nothing is built', async ({ place }) => {
  await symlink('/etc', path.join(place.directory, 'project/out'));
  const text = `${MOCK}[[files]]\nsource = "out/passwd"\ntarget = "/x"\n`;

  const { code, stderr } = await karapace(['build', await place.manifest(text)], place);

  expect(code).toBe(2);
  expect(stderr).toMatch(/FILES_INVALID[^]*`out\/passwd`/);
  expect((await karapace(['list'], place)).stdout).not.toContain('Built');
});

test('variables of the manifest reach none of the programs that Karapace starts', async ({ place }) => {
  const trap = path.join(place.directory, 'trap.cjs');
  await writeFile(trap, `require('node:fs').writeFileSync(${JSON.stringify(`${trap}.sprung`)}, 'x')`);
  const text = `${MOCK}[env]\nNODE_OPTIONS = "--require=${trap}"\nLD_PRELOAD = "${trap}"\nPATH = "/nowhere"\nBASH_ENV = "${trap}"\n`;

  await build(place, text);

  expect(await inside(place, '/usr/bin/env')).toContain(`LD_PRELOAD=${trap}\n`);
  await expect(readFile(`${trap}.sprung`)).rejects.toMatchObject({ code: 'ENOENT' });
});
