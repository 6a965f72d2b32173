import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeSandbox, runKarapace, type Run, type Sandbox } from './run-karapace.ts';

const MANIFEST = `# ours
manifest_version = 1
[base]
image = "debian/trixie"
[system]
packages = [
  "git", # vcs
  'curl' # fetch
]
[runtime]
backend = "mock"
`;

let box: Sandbox;
let places = 0;
beforeAll(async () => {
  box = await makeSandbox();
});
afterAll(() => box[Symbol.asyncDispose]());

interface Place {
  readonly folder: string;
  run(...args: readonly string[]): Promise<Run>;
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
}

async function makePlace(name: string, text: string): Promise<Place> {
  const folder = path.join(box.folder, `place-${places++}`);
  await mkdir(folder);
  await writeFile(path.join(folder, name), text);
  return {
    folder,
    run: (...args) => runKarapace(args, { cwd: folder, environment: box.environment }),
    write: (file, content) => writeFile(path.join(folder, file), content),
    read: (file) => readFile(path.join(folder, file), 'utf8').catch(() => undefined),
  };
}

test('add writes the package behind the others, keeps every comment, and locks it', async () => {
  const place = await makePlace('karapace.toml', MANIFEST);

  const { code, stdout } = await place.run('add', 'ripgrep', 'git');

  expect([code, stdout]).toEqual([0, expect.stringContaining('Added ripgrep to ')]);
  expect(stdout).toMatch(/^ {2}\+ {2}ripgrep:all {2,}[\d.]+ {2,}\d+ B$/mu);
  expect(await place.read('karapace.toml')).toBe(MANIFEST.replace("'curl' # fetch", "'curl', # fetch\n  'ripgrep'"));
  expect((await place.run('build', '--locked')).code).toBe(0);
});

test('remove takes the package and its comment out of the manifest, and out of the lock what only it needed', async () => {
  const place = await makePlace('karapace.toml', MANIFEST);
  await place.run('build');

  const { code, stdout } = await place.run('remove', 'git', '--json');

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'changed',
    added: [],
    removed: ['git'],
    changes: [
      { name: 'git', is_asked: true, after: null },
      { name: 'git-data', is_asked: false, after: null },
    ],
  });
  expect(await place.read('karapace.toml')).toBe(MANIFEST.replace('  "git", # vcs\n', ''));
  expect(await place.read('karapace.lock')).not.toContain('git-data');
});

test('remove names the plugin that brings a package which the manifest does not ask for', async () => {
  const place = await makePlace('karapace.toml', `plugins = ["./other.mjs", "./brings.mjs"]\n${MANIFEST}`);
  const plugin = (name: string, packages: string) => `export const plugin = { name: '${name}', apply: ({ hooks }) =>
    hooks.normalizeManifest.tap('${name}', (manifest) => ({ ...manifest, system: { packages: [...manifest.system.packages, ${packages}] } })) };`;
  await writeFile(path.join(place.folder, 'other.mjs'), plugin('other', "'vim'"));
  await writeFile(path.join(place.folder, 'brings.mjs'), plugin('brings', "'ripgrep=14'"));

  const { code, stderr } = await place.run('remove', 'ripgrep');

  expect(code).not.toBe(0);
  expect(stderr).toContain('`ripgrep` comes from the plugin `./brings.mjs`: change it there');
  expect(await place.read('karapace.lock')).toBeUndefined();
});

test('what is asked for already is no error and changes nothing', async () => {
  const place = await makePlace('karapace.toml', MANIFEST);
  await place.run('add', 'git');
  const lock = await place.read('karapace.lock');

  const { code, stdout } = await place.run('add', 'git');

  expect([code, stdout]).toEqual([0, expect.stringContaining('asks for all of it already')]);
  expect([await place.read('karapace.toml'), await place.read('karapace.lock')]).toEqual([MANIFEST, lock]);
});

test.each([
  ['add', 'asks for it; now the lock has it, too.'],
  ['build', 'Lock: '],
])('what an add wrote that was killed before it wrote the lock, %s locks, and says so', async (command, said) => {
  const place = await makePlace('karapace.toml', MANIFEST);
  await place.run('build');
  await place.write('karapace.toml', MANIFEST.replace("'curl'", "'curl', 'jq'"));
  expect((await place.run('build', '--locked')).stderr).toContain('error[LOCK_STALE]');

  const { code, stdout } = await place.run(command, ...(command === 'add' ? ['jq'] : []));

  expect([code, stdout]).toEqual([0, expect.stringContaining(said)]);
  expect((await place.run('build', '--locked')).code).toBe(0);
});

test('another version takes the place of the one that is there', async () => {
  const place = await makePlace('karapace.toml', MANIFEST.replace('"git"', '"git=1"'));

  const { stdout } = await place.run('add', 'git', '--json');

  expect(JSON.parse(stdout)).toMatchObject({ added: ['git'], removed: ['git=1'] });
});

test.each([
  ['a package that no repository has', ['add', 'ripgrep', 'no@such'], 'PACKAGE_UNKNOWN'],
  ['a word that is no name', ['add', 'two words'], 'PACKAGE_UNKNOWN'],
  ['a package that is not asked for', ['remove', 'gti'], 'PACKAGE_UNKNOWN'],
])('%s leaves the manifest and the lock as they were', async (_, command, code) => {
  const place = await makePlace('karapace.toml', MANIFEST);
  await place.run('build');
  const lock = await place.read('karapace.lock');

  const run = await place.run(...command);

  expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(`error[${code}]`)]);
  expect([await place.read('karapace.toml'), await place.read('karapace.lock')]).toEqual([MANIFEST, lock]);
});

test('what is to be removed and is nearly there is suggested', async () => {
  const place = await makePlace('karapace.toml', MANIFEST);

  expect((await place.run('remove', 'gti')).stderr).toContain('fix: Did you mean `git`?');
});

test('a lock that cannot be written leaves the manifest as it was', async () => {
  const place = await makePlace('real.toml', MANIFEST);
  // The name of the lock is the longest that a file can have, so that nothing can be written beside it.
  const link = `${'n'.repeat(249)}.toml`;
  await symlink('real.toml', path.join(place.folder, link));

  const { code, stderr } = await place.run('add', 'ripgrep', '--manifest', link);

  expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be written')]);
  expect(await place.read('real.toml')).toBe(MANIFEST);
});

test('a manifest that is a program is not edited, and the error says what to write', async () => {
  const config = `export default { manifest_version: 1, base: { image: 'debian/trixie' }, runtime: { backend: 'mock' } };\n`;
  const place = await makePlace('karapace.config.ts', config);

  const { code, stderr } = await place.run('add', 'git');

  expect(code).toBe(2);
  expect(stderr).toContain('error[MANIFEST_UNEDITABLE]');
  expect(stderr).toContain('fix: Write `git` into `[system] packages` by hand, then run `karapace build`.');
  expect(await place.read('karapace.config.ts')).toBe(config);
});
