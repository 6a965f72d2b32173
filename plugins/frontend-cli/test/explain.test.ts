import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeSandbox, runKarapace, type Run, type Sandbox } from './run-karapace.ts';

interface Project extends Sandbox {
  run(...args: readonly string[]): Promise<Run>;
  json(...args: readonly string[]): Promise<Record<string, unknown>>;
  manifest(...packages: readonly string[]): Promise<void>;
}

async function makeProject(): Promise<Project> {
  const box = await makeSandbox();
  const run: Project['run'] = (...args) => runKarapace(args, { cwd: box.folder, environment: box.environment });
  return {
    ...box,
    run,
    json: async (...args) => JSON.parse((await run(...args, '--json')).stdout) as Record<string, unknown>,
    manifest: (...packages) =>
      writeFile(
        path.join(box.folder, 'karapace.toml'),
        `manifest_version = 1\n[base]\nimage = "debian/trixie"\n[system]\npackages = ${JSON.stringify(packages)}\n[runtime]\nbackend = "mock"\n`,
      ),
  };
}

// With `dev`, built first, `web`, which has one package more, and `api`, which has that one alone.
let shared: Project;
beforeAll(async () => {
  shared = await makeProject();
  await shared.manifest('git');
  await shared.run('build', '--name', 'dev');
  await shared.manifest('git', 'zsh');
  await shared.run('build', '--name', 'web');
  await shared.manifest('zsh');
  await shared.run('build', '--name', 'api');
});
afterAll(() => shared[Symbol.asyncDispose]());

test('why says what each layer was made of', async () => {
  const { stdout, stderr, code } = await shared.run('why', 'dev');

  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  expect(stdout).toMatch(/^dev \([0-9a-f]{12}\), bottom first:\n\nbase {2}[0-9a-f]{12} /u);
  expect(stdout).toMatch(/^ {2}image +debian\/trixie$/mu);
  expect(stdout).toMatch(/^ {2}packages +1 asked for, 1 with them: git [\d.]+, git-data [\d.]+$/mu);
  expect(stdout).toMatch(/^ {2}steps +mock-install git_/mu);
  expect(stdout).toMatch(/^ {2}stands on +base \(tree [0-9a-f]{12}\)$/mu);
});

test('why says with --verbose every digest, and who asked for each package', async () => {
  const { stdout } = await shared.run('why', 'dev', '--verbose');

  expect(stdout).toMatch(/^ {2}packages +git [\d.]+ all, asked for in `\[system\] packages`, sha256 [0-9a-f]{64}$/mu);
  expect(stdout).toMatch(/git-data [\d.]+ all, a dependency, sha256/u);
  expect(stdout).toMatch(/^ {2}key +[0-9a-f]{64}$/mu);
});

test('why says as data what each layer was made of', async () => {
  expect(await shared.json('why', 'dev')).toMatchObject({
    format: 1,
    name: 'dev',
    layers: [
      { name: 'base', kind: 'base', inputs: { source: 'mock' }, parents: [] },
      { name: 'packages', inputs: { archives: [{ name: 'git' }, { name: 'git-data' }] }, parents: [{ name: 'base' }] },
    ],
  });
});

test('why of two says which layers are the same and what the others have otherwise', async () => {
  const { stdout } = await shared.run('why', 'dev', 'api');

  expect(stdout).toMatch(/^= base {6}the same\n~ packages {2}\d inputs differ$/mu);
  expect(stdout).toMatch(/^ {4}- package git [\d.]+\n {4}- package git-data [\d.]+\n {4}\+ package zsh [\d.]+$/mu);
  expect(stdout).toMatch(/^ {4}and \d in the steps, which name these$/mu);
  expect(await shared.json('why', 'dev', 'api')).toMatchObject({
    format: 1,
    before: { name: 'dev' },
    after: { name: 'api' },
    layers: [
      { name: 'base', verdict: 'same', differences: [] },
      { name: 'packages', verdict: 'inputs', parents: [], same_bytes: false },
    ],
    intent: [{ path: ['system', 'packages', 0], change: 'changed', before: 'git', after: 'zsh' }],
  });
});

test('why of two says what a layer brings that only one has', async () => {
  const { stdout } = await shared.run('why', 'dev', 'web');

  expect(stdout).toMatch(/^= packages {4}the same\n\+ packages-1 {2}only in web\n {4}\+ package zsh [\d.]+$/mu);
});

test('why of two says which of the copied files differ', async () => {
  await using project = await makeProject();
  await project.manifest();
  const manifest = path.join(project.folder, 'karapace.toml');
  await writeFile(manifest, `${await readFile(manifest, 'utf8')}[[files]]\nsource = "motd"\ntarget = "/etc/motd"\n`);
  for (const [name, text] of Object.entries({ old: 'hello\n', new: 'hello, world\n' })) {
    await writeFile(path.join(project.folder, 'motd'), text);
    await project.run('build', '--name', name);
  }

  const { stdout } = await project.run('why', 'old', 'new');
  expect(stdout).toMatch(
    /^~ files {2}1 input differs\n {4}~ file \/etc\/motd tree .* → .*\n {6}\/etc\/motd: size 6 and 13$/mu,
  );
});

test('a build says why each layer was built, on lines and as data', async () => {
  await using project = await makeProject();
  await project.manifest('git');
  expect((await project.run('build', '--name', 'dev')).stdout).toContain('  base      built\n  packages  built\n');
  await project.manifest('zsh');

  const { stdout } = await project.run('build', '--name', 'dev');
  expect(stdout).toMatch(/^Compared with dev \([0-9a-f]{12}\):\n {2}base {6}reused\n/mu);
  expect(stdout).toMatch(/^ {2}packages {2}built: package git [\d.]+ removed, package git-data [\d.]+ removed, /mu);
  await project.manifest('zsh', 'nano');
  expect(await project.json('build')).toMatchObject({
    compared_with: { name: 'dev' },
    layers: [
      { name: 'base', reused: true, because: { verdict: 'same' } },
      { name: 'packages', reused: true, because: { verdict: 'same' } },
      { name: 'packages-1', reused: false, because: { verdict: 'added', parents: [] } },
    ],
  });
  expect(await project.json('build')).toMatchObject({ compared_with: null, layers: [{ because: null }, {}, {}] });
});

test('a build of an environment whose layers are gone says that they were not there', async () => {
  await using project = await makeProject();
  await project.manifest('git');
  const { layers } = await project.json('build', '--name', 'dev');
  const [, { tree } = { tree: '' }] = layers as readonly { readonly tree: string }[];
  await rm(path.join(project.folder, 'store/trees', tree.slice(0, 2), tree.slice(2)));

  expect((await project.run('rebuild')).stdout).toContain('  packages  built: the store did not have it any more\n');
});

test('what was there before cannot stop a build, even where it is damaged', async () => {
  await using project = await makeProject();
  await project.manifest('git');
  const { layers } = await project.json('build', '--name', 'dev');
  const [, { key } = { key: '' }] = layers as readonly { readonly key: string }[];
  await writeFile(path.join(project.folder, 'store/layers', key), 'damaged\n');
  await project.manifest('zsh');

  const { code, stdout, stderr } = await project.run('build');
  expect([code, stdout]).toEqual([0, expect.not.stringContaining('Compared with')]);
  expect(stderr).toContain('warning: what is built is not compared with what was there before: ');
});

test('graph draws what was built and what was reused', async () => {
  const { stdout } = await shared.run('graph', 'web');

  expect(stdout).toMatch(
    /^● {2}packages-1 {2}\d.* entries {2}built in .*\n│\n○ {2}packages {4}.* {2}reused \(.* to build\)\n/mu,
  );
  expect(await shared.json('graph', 'web')).toMatchObject({
    name: 'web',
    layers: [
      { name: 'base', kind: 'base', parents: [], last_build: 'reused', build_milliseconds: expect.any(Number) },
      { name: 'packages', parents: ['base'], last_build: 'reused' },
      { name: 'packages-1', kind: 'packages', parents: ['packages'], last_build: 'built' },
    ],
    output: null,
  });
  expect((await shared.run('graph', 'web', '--dot')).stdout).toMatch(/^digraph karapace \{\n/u);
});

test('graph writes a picture to a file, and says so', async () => {
  const { stdout } = await shared.run('graph', 'dev', '--svg', '--output', 'dev.svg');

  expect(stdout).toBe('Wrote dev.svg.\n');
  expect(await readFile(path.join(shared.folder, 'dev.svg'), 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/u);
  expect(await shared.json('graph', 'dev', '--dot', '-o', 'dev.dot')).toMatchObject({ output: 'dev.dot' });
});

test.each([
  [['--dot', '--svg'], '`--dot` and `--svg` contradict each other'],
  [['--svg', '--json'], '`--json` and a picture cannot both be printed'],
])('graph %j is a mistake', async (flags, message) => {
  const { code, stderr, stdout } = await runKarapace(['graph', 'dev', ...flags], { environment: {} });

  expect([code, stdout + stderr]).toEqual([1, expect.stringContaining(message)]);
});

test('a picture that cannot be written is an error with the file', async () => {
  const { code, stderr } = await shared.run('graph', 'dev', '--output', 'no/such/place.txt');

  expect([code, stderr]).toEqual([1, expect.stringMatching(/^error\[OUTPUT_FAILED\]: .*\/no\/such\/place.txt`\n/u)]);
});

// What follows damages the store that the tests above use.

test('where the cache is gone, graph says nothing of builds', async () => {
  await rm(path.join(shared.folder, 'store/cache'), { recursive: true });

  expect((await shared.run('graph', 'dev')).stdout).not.toMatch(/built|reused/u);
});

test('where the record of a layer is gone, why names the layer and the way out', async () => {
  const { layers } = await shared.json('inspect', 'dev');
  const [, { key } = { key: '' }] = layers as readonly { readonly key: string }[];
  await rm(path.join(shared.folder, 'store/layers', key));

  const { code, stderr } = await shared.run('why', 'dev');
  expect([code, stderr]).toEqual([3, expect.stringContaining('what the layer `packages` was made of')]);
  expect(stderr).toContain('fix: Run `karapace verify-store --repair`');
});
