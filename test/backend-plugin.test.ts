import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { makeTestRoot } from '@karapace/core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { karapace } from './support/karapace.ts';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '..');
const EXAMPLE = path.join(ROOT, 'examples/backend-plugin');

/** A project of somebody else, with what npm would have put there: the packed core and the packed plugin. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'karapace-plugin-'));
  // Ordinary users of the suite read it too.
  await chmod(project, 0o755);
  const modules = path.join(project, 'node_modules');
  await mkdir(path.join(modules, '@karapace'), { recursive: true });
  // Packages of others are what they are in the workspace; nothing is fetched.
  for (const name of await readdir(path.join(ROOT, 'node_modules'))) {
    if (name !== '@karapace' && name !== 'karapace') {
      await symlink(path.join(ROOT, 'node_modules', name), path.join(modules, name));
    }
  }
  await installPacked(path.join(ROOT, 'core'), path.join(modules, '@karapace/core'));
  await installPacked(EXAMPLE, path.join(modules, 'karapace-backend-bubble'));
  await cp(path.join(EXAMPLE, 'test'), path.join(project, 'test'), { recursive: true });
  await cp(path.join(EXAMPLE, 'karapace.config.ts'), path.join(project, 'karapace.config.ts'));
}, 120_000);

afterAll(() => rm(project, { recursive: true, force: true }));

async function installPacked(source: string, target: string): Promise<void> {
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], {
    cwd: source,
  });
  const [archive] = JSON.parse(packed.stdout) as readonly { readonly filename: string }[];
  await mkdir(target);
  await run('tar', ['--extract', '--strip-components=1', '--directory', target, '--file', archive?.filename ?? ''], {
    cwd: project,
  });
}

test(
  'a backend of somebody else passes the suite with one call, from packed packages',
  { timeout: 240_000 },
  async () => {
    const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { stdout } = await run(process.execPath, [vitest, 'run', '--root', project, '--testTimeout=30000'], {
      cwd: project,
      env: { ...env, NO_COLOR: '1' },
    });

    expect(stdout).toMatch(/Tests +\d+ passed/u);
  },
);

test('a project names the backend in its config, builds and runs in it', { timeout: 120_000 }, async () => {
  await using root = await makeTestRoot();
  await run('tar', ['--create', '--directory', root.directory, '--file', path.join(project, 'rootfs.tar'), '.']);
  const at = { store: path.join(project, 'store'), cwd: project };
  expect(await karapace(['build', '--name', 'bubble'], at)).toMatchObject({ code: 0 });

  const inside = await karapace(['exec', 'bubble', '--', 'sh', '-c', 'hostname; ls /home; exit 5'], at);
  expect(inside).toMatchObject({ code: 5, stdout: 'bubble\n' });
  const refused = await karapace(['exec', 'bubble', '--', 'no-such-command'], at);
  expect(refused).toMatchObject({ code: 127 });
});
