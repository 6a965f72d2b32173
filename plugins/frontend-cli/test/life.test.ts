import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { quoteCommand } from '../src/output/quote-command.ts';
import { karapaceCommand, makeSandbox, runKarapace, type Run, type Sandbox } from './run-karapace.ts';

const MANIFEST = `manifest_version = 1
[base]
image = "debian/trixie"
[system]
packages = ["git"]
[runtime]
backend = "mock"
`;

/** A config that says when it is being read, and then takes its time. */
const slowConfig = (milliseconds: number) => `
import { writeFileSync } from 'node:fs';
writeFileSync('reading', '');
await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
export default { manifest_version: 1, base: { image: 'debian/trixie' }, runtime: { backend: 'mock' } };
`;

async function makeProject(): Promise<Sandbox & { run(...args: string[]): Promise<Run> }> {
  const box = await makeSandbox();
  await writeFile(path.join(box.folder, 'karapace.toml'), MANIFEST);
  return { ...box, run: (...args) => runKarapace(args, { cwd: box.folder, environment: box.environment }) };
}

/** Makes what changes from run to run constant. */
function filter(text: string, folder: string): string {
  return text
    .replaceAll(folder, '[FOLDER]')
    .replaceAll(/\b[0-9a-f]{12}\b/g, '[SHORT_ID]')
    .replaceAll(/\d+(\.\d)? (ms|s)\b/g, '[TIME]')
    .replaceAll(/\d+(\.\d)? (B|KiB)\b/g, '[SIZE]')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '[DATE]');
}

async function waitFor(file: string): Promise<void> {
  while (
    !(await access(file).then(
      () => true,
      () => false,
    ))
  )
    await sleep(20);
}

test('a build says what it does, what it made and what to type next', async () => {
  await using project = await makeProject();

  const built = await project.run('build', '--name', 'dev');
  expect(built.code).toBe(0);
  expect(filter(built.stdout, project.folder)).toMatchSnapshot('result');
  expect(filter(built.stderr, project.folder)).toMatchSnapshot('progress');

  const again = await project.run('build');
  expect(filter(again.stdout, project.folder)).toMatchSnapshot('unchanged');
  expect(filter((await project.run('list')).stdout, project.folder)).toMatchSnapshot('list');
});

test('a quiet build prints its short id alone', async () => {
  await using project = await makeProject();

  const { stdout, stderr } = await project.run('build', '--quiet');

  expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^[0-9a-f]{12}\n$/), stderr: '' });
  expect((await project.run('inspect', stdout.trim())).stdout).toContain('= Built');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends a build in order with code %d, and the next build works', async (signal, code) => {
  await using project = await makeProject();
  await writeFile(path.join(project.folder, 'karapace.config.mjs'), slowConfig(500));
  const [program = '', ...args] = karapaceCommand(['build', 'karapace.config.mjs', '--json']);

  const child = spawn(program, args, { cwd: project.folder, env: project.environment });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => void (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (output.stderr += chunk.toString()));
  await waitFor(path.join(project.folder, 'reading'));
  child.kill(signal);

  expect(await once(child, 'close')).toEqual([code, null]);
  expect(output.stderr).toContain(`Stopping after ${signal}`);
  expect(JSON.parse(output.stdout)).toMatchObject({ format: 1, error: { code: 'CANCELLED' } });
  expect((await project.run('build', 'karapace.config.mjs')).code).toBe(0);
});

test('a second Ctrl-C does not wait for anything', async () => {
  await using project = await makeProject();
  await writeFile(path.join(project.folder, 'karapace.config.mjs'), slowConfig(600_000));
  const [program = '', ...args] = karapaceCommand(['build', 'karapace.config.mjs']);

  const child = spawn(program, args, { cwd: project.folder, env: project.environment });
  await waitFor(path.join(project.folder, 'reading'));
  child.kill('SIGINT');
  await once(child.stderr, 'data');
  child.kill('SIGINT');

  // A shell reports this as 130.
  expect(await once(child, 'close')).toEqual([null, 'SIGINT']);
});

test('exec passes stdin, arguments and the code of the command', async () => {
  await using project = await makeProject();
  await project.run('build', '--name', '0x12');

  const echoed = await runKarapace(['exec', '0x12', '--', 'cat'], {
    ...project,
    cwd: project.folder,
    stdin: 'a\0b\u001b',
  });
  expect(echoed).toEqual({ code: 0, stdout: 'a\0b\u001b', stderr: '' });
  expect(await project.run('exec', '0x12', 'echo', '--json', '--', '-q')).toMatchObject({
    code: 0,
    stdout: '--json -- -q\n',
  });
  expect((await project.run('run', '0x12', 'exit', '42')).code).toBe(42);
});

test('exec passes SIGTERM on to the command and exits as it does', async () => {
  await using project = await makeProject();
  await project.run('build', '--name', 'dev');
  const [program = '', ...args] = karapaceCommand(['exec', 'dev', 'sh', '-c', 'echo started; sleep 600']);

  const child = spawn(program, args, { cwd: project.folder, env: project.environment });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');

  expect(await once(child, 'close')).toEqual([143, null]);
});

/** Runs it on a terminal of its own. */
function runOnTerminal(args: readonly string[], { folder, environment }: Sandbox, stdin = ''): Promise<Run> {
  const { promise, resolve } = Promise.withResolvers<Run>();
  const child = spawn('script', ['-qec', quoteCommand(karapaceCommand(args)), '/dev/null'], {
    cwd: folder,
    env: { ...environment, TERM: 'xterm', COLUMNS: '80' },
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (chunk.includes('[y/N]')) child.stdin.end(stdin);
  });
  child.on('close', (code) => resolve({ code, stdout, stderr: '' }));
  return promise;
}

test('on a terminal what lasts is a line, and the rest is drawn over', async () => {
  await using project = await makeProject();

  const { code, stdout } = await runOnTerminal(['build', '--name', 'dev'], project);

  expect(code).toBe(0);
  expect(stdout).toContain('Built layer packages: ');
  expect(stdout).not.toMatch(/^Building layer/m);
  // The last thing that is erased comes before the result.
  expect(stdout.slice(stdout.indexOf('= Built'))).not.toContain('\u001b');
});

test('destroying asks on a terminal, and only there', async () => {
  await using project = await makeProject();
  await project.run('build', '--name', 'dev');

  const kept = await runOnTerminal(['destroy', 'dev'], project, 'n\n');
  expect([kept.code, kept.stdout]).toEqual([1, expect.stringContaining('error[CANCELLED]: `dev` is kept')]);
  const gone = await runOnTerminal(['destroy', 'dev'], project, 'y\n');
  expect([gone.code, gone.stdout]).toEqual([0, expect.stringContaining('Destroyed dev')]);

  await project.run('build', '--name', 'dev');
  const { code, stdout } = await project.run('destroy', 'dev', '--json');
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { name: 'dev', status: 'destroyed' }]);
});

test('a build tells the name that it was given, and the others', async () => {
  await using project = await makeProject();

  const nameless = await project.run('build');
  expect(nameless.stdout).toMatch(/^= Built {2}([0-9a-f]{12}) {2}in .*\n/u);
  await project.run('build', '--name', 'dev');
  const { stdout } = await project.run('build', '--name', 'web');
  expect(stdout).toMatch(/^= Built {2}web {2}[0-9a-f]{12} {2}in .*\nAlso named: dev\n/u);
  expect(stdout).toContain('Next: karapace enter web ');
  const printed = await project.run('build', '--name', 'web', '--json');
  expect(JSON.parse(printed.stdout)).toMatchObject({ name: 'web', names: ['dev', 'web'] });
});

test('one of several names goes alone, and the last takes the environment along', async () => {
  await using project = await makeProject();
  for (const name of ['dev', 'web', 'api']) await project.run('build', '--name', name);

  const removed = await project.run('destroy', 'web');
  expect(removed.stdout).toMatch(/^Removed the name web; the environment [0-9a-f]{12} is still api, dev\.\n$/u);
  const printed = JSON.parse((await project.run('destroy', 'api', '--json')).stdout) as unknown;
  expect(printed).toMatchObject({ format: 1, name: 'api', names: ['dev'], status: 'name-removed' });
  expect((await project.run('exec', 'dev', 'true')).code).toBe(0);
  expect((await project.run('destroy', 'dev')).stdout).toMatch(/^Destroyed dev \([0-9a-f]{12}\)\.\n$/u);
  expect((await project.run('list', '--json')).stdout).toBe('[]\n');
});

test('by identity an environment goes with all its names', async () => {
  await using project = await makeProject();
  await project.run('build', '--name', 'dev');
  await project.run('build', '--name', 'web');
  const { short_id } = JSON.parse((await project.run('inspect', 'dev', '--json')).stdout) as { short_id: string };

  expect((await project.run('destroy', short_id)).stdout).toBe(`Destroyed dev, web (${short_id}).\n`);
  expect((await project.run('list', '--json')).stdout).toBe('[]\n');
});

test.each(['minimal', 'dev', 'node'])('what `new --template %s` writes can be built', async (template) => {
  await using project = await makeProject();
  await project.run('new', 'web', '--template', template, '--force');
  const file = path.join(project.folder, 'karapace.toml');
  await writeFile(
    file,
    `${(await readFile(file, 'utf8')).replace('# [runtime]\n# backend = "namespace"', '[runtime]\nbackend = "mock"')}`,
  );

  expect(await project.run('build', '--name', 'web')).toMatchObject({ code: 0 });
  expect((await project.run('inspect', 'web', '--json')).stdout).toContain('"backend":"mock"');
});

test('doctor answers on a machine without a store, and says so as JSON', async () => {
  await using project = await makeProject();

  const { code, stdout } = await project.run('doctor', '--json');

  expect(code).toBe(0);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { id: string; state: string }[] };
  expect(ok).toBe(true);
  expect(checks.map(({ id }) => id)).toEqual(expect.arrayContaining(['node', 'store', 'disk-space', 'file-system']));
  await expect(access(path.join(project.folder, 'store'))).rejects.toThrow('ENOENT');
});

test('doctor names a damaged record of the store, whatever else is amiss, and changes nothing', async () => {
  await using project = await makeProject();
  expect(await project.run('build', '--name', 'dev')).toMatchObject({ code: 0 });
  const record = path.join(project.folder, 'store', 'names', 'dev');
  await writeFile(record, 'damaged');
  await writeFile(path.join(project.folder, 'karapace.toml'), 'what = 1');

  const { code, stdout } = await project.run('doctor');

  expect(code).toBe(1);
  expect(stdout).toContain('x failed   Records of the store: `names/dev`: it is no name record');
  expect(stdout).toContain('fix: Run `karapace verify-store --repair`');
  expect(stdout).toContain('x failed   Engine: [MANIFEST_INVALID]');
  expect(await readFile(record, 'utf8')).toBe('damaged');
});
