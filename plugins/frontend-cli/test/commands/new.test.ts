import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { parseManifestToml } from '../../../../core/src/manifest/parse-manifest.ts';
import { TEMPLATE_NAMES } from '../../src/manifest-templates.ts';
import { karapaceCommand, makeSandbox, runKarapace } from '../run-karapace.ts';

test.each(TEMPLATE_NAMES)('the template %s is a manifest that shows every established table', async (template) => {
  await using box = await makeSandbox();

  const run = await runKarapace(['new', 'web', '--template', template], {
    cwd: box.folder,
    environment: box.environment,
  });

  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toContain('Next: karapace build --name web');
  const text = await readFile(path.join(box.folder, 'karapace.toml'), 'utf8');
  const { base, system } = await parseManifestToml(text, 'karapace.toml');
  expect(base.image).toMatch(template === 'ubuntu-dev' ? /^ubuntu\// : /^debian\//);
  expect(system?.packages?.length).toBeGreaterThan(0);
  for (const key of ['gui', 'hardware', 'mounts', 'runtime', 'runtime.resource_limits'])
    expect(text).toContain(`[${key}]`);
});

test('a manifest that is there stays, unless it is to be overwritten', async () => {
  await using box = await makeSandbox();
  const file = path.join(box.folder, 'karapace.toml');
  await writeFile(file, 'mine');

  const refused = await runKarapace(['new', 'web'], { cwd: box.folder, environment: box.environment });
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr.replaceAll(box.folder, '[DIRECTORY]')).toMatchInlineSnapshot(`
    "error[MANIFEST_EXISTS]: A manifest is here already
      --> [DIRECTORY]/karapace.toml
    fix: Edit it, or overwrite it: add \`--force\`.
    "
  `);
  expect(await readFile(file, 'utf8')).toBe('mine');

  const forced = await runKarapace(['new', 'web', '--force', '--json'], {
    cwd: box.folder,
    environment: box.environment,
  });
  expect(JSON.parse(forced.stdout)).toEqual({
    format: 1,
    status: 'written',
    name: 'web',
    template: 'minimal',
    manifest: file,
  });
  expect(await readFile(file, 'utf8')).toContain('manifest_version = 1');
});

test.each([
  ['karapace.config.ts', 'export default {};'],
  ['package.json', '{ "karapace": {} }'],
])('a directory that has %s is no place for another manifest, unless it is forced', async (name, content) => {
  await using box = await makeSandbox();
  await writeFile(path.join(box.folder, name), content);
  const place = { cwd: box.folder, environment: box.environment };

  const refused = await runKarapace(['new', 'web'], place);

  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('error[MANIFEST_EXISTS]');
  expect(refused.stderr).toContain(`--> ${path.join(box.folder, name)}\n`);
  expect(await readdir(box.folder)).not.toContain('karapace.toml');
  expect(await runKarapace(['new', 'web', '--force'], place)).toMatchObject({ code: 0 });
});

test('a package.json without the key is no manifest', async () => {
  await using box = await makeSandbox();
  await writeFile(path.join(box.folder, 'package.json'), '{ "name": "karapace" }');

  expect(await runKarapace(['new', 'web'], { cwd: box.folder, environment: box.environment })).toMatchObject({
    code: 0,
  });
});

test.each(['../evil', '', 'a b', '-x', '.hidden', 'x'.repeat(65), 'a\u001b[2J'])(
  'the name %j is refused',
  async (name) => {
    await using box = await makeSandbox();

    const run = await runKarapace(['new', '--', name], { cwd: box.folder, environment: box.environment });

    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^error\[(NAME_INVALID|USAGE)\]: /);
    expect(run.stderr).not.toContain('\u001b');
  },
);

test('a template that does not exist is an error that names those that do', async () => {
  await using box = await makeSandbox();

  const run = await runKarapace(['new', 'web', '--template', 'rst-dev'], {
    cwd: box.folder,
    environment: box.environment,
  });

  expect(run).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('fix: Did you mean `rust-dev`? There are `minimal`, `dev`, '),
  });
});

test('a directory that cannot be written is an error with its place', async () => {
  await using box = await makeSandbox();
  const folder = path.join(box.folder, 'gone');
  await mkdir(path.join(folder, 'karapace.toml'), { recursive: true });
  await chmod(folder, 0o700);

  const run = await runKarapace(['new', 'web', '--force'], { cwd: folder, environment: box.environment });

  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('error[MANIFEST_UNWRITABLE]') });
  expect(await readdir(folder)).toEqual(['karapace.toml']);
});

const ON_A_FULL_DISK =
  'mount -t tmpfs -o size=4k tmpfs "$1" && cd "$1" && head -c 4096 /dev/zero >room && shift && { "$@" || :; } && ls';

test('a full disk leaves no manifest, and is what the fix is about', async () => {
  await using box = await makeSandbox();
  const inMounts = ['--user', '--map-root-user', '--mount', 'sh', '-euc', ON_A_FULL_DISK, 'sh', box.folder];

  const { stdout, stderr } = await promisify(execFile)('unshare', [...inMounts, ...karapaceCommand(['new', 'web'])], {
    env: box.environment,
  });

  expect(stderr).toContain('error[MANIFEST_UNWRITABLE]');
  expect(stderr).toContain('fix: Free space on the disk of this directory');
  expect(stdout).toBe('room\n');
});

test('--quiet says nothing of a manifest that was written', async () => {
  await using box = await makeSandbox();

  const run = await runKarapace(['new', 'web', '--quiet'], { cwd: box.folder, environment: box.environment });

  expect(run).toEqual({ code: 0, stdout: '', stderr: '' });
});
