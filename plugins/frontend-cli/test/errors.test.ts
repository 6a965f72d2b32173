import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { karapaceCommand, makeSandbox, runKarapace } from './run-karapace.ts';

const execute = promisify(execFile);

test.each([
  ['an unknown command', ['buld']],
  ['an unknown option', ['list', '--jsno']],
  ['a missing operand', ['destroy']],
  ['too many operands', ['inspect', 'dev', 'bash']],
  ['nothing to run', ['exec', 'dev']],
  ['a number of jobs that is none', ['build', '--jobs', '0']],
  ['options that contradict each other', ['build', '--locked', '--no-locked']],
  ['no command at all', []],
])('%s is a usage error with a way out', async (_, args) => {
  await using box = await makeSandbox();

  const run = await runKarapace(args, { cwd: box.folder, environment: box.environment });

  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toMatchSnapshot();
});

test('in a directory that somebody removed a command says so', async () => {
  await using box = await makeSandbox();

  const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@" list';
  const command = ['-c', script, 'sh', ...karapaceCommand([])];
  await expect(execute('sh', command, { cwd: box.folder, env: box.environment })).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr:
      'error[USAGE]: The directory that this shell is in is gone\nfix: Change to another one, and run the command again.\n',
  });
});

test('with --json the error is one versioned object on stdout, wherever the option stands', async () => {
  await using box = await makeSandbox();

  for (const args of [
    ['--json', 'destroy'],
    ['destroy', '--json'],
    ['lst', '--json'],
  ]) {
    const run = await runKarapace(args, { environment: box.environment });
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({
      format: 1,
      error: { code: 'USAGE', place: null, fix: expect.any(String) },
    });
  }
});

test('the stack of an error is shown only on request', async () => {
  await using box = await makeSandbox();
  const { environment } = box;

  expect((await runKarapace(['new', '.x'], { environment })).stderr).not.toMatch(/^ +at /m);
  expect((await runKarapace(['new', '.x', '--trace'], { environment })).stderr).toMatch(/^ +at /m);
});

test('colours appear only where they are wanted', async () => {
  await using box = await makeSandbox();
  const stderrOf = async (extra: NodeJS.ProcessEnv) =>
    (await runKarapace(['buld'], { environment: { ...box.environment, ...extra } })).stderr;

  expect(await stderrOf({})).not.toContain('\u001b[');
  expect(await stderrOf({ FORCE_COLOR: '1' })).toContain('\u001b[31merror[USAGE]');
  expect(await stderrOf({ NO_COLOR: '1' })).not.toContain('\u001b[');
});

test.each([[['--help']], [['list', '--json']], [['doctor']]])(
  'a reader of %j that goes away ends it quietly, a full disk is an error',
  async (args) => {
    await using box = await makeSandbox();
    const command = karapaceCommand(args)
      .map((word) => `'${word}'`)
      .join(' ');
    const inShell = (script: string) => execute('bash', ['-c', script], { env: box.environment });

    expect(await inShell(`set -o pipefail; ${command} | true; echo "code $?"`)).toEqual({
      stdout: 'code 0\n',
      stderr: '',
    });
    const full = await inShell(`${command} > /dev/full; echo "code $?"`);
    expect(full).toEqual({
      stdout: 'code 1\n',
      stderr: expect.stringContaining('error[OUTPUT_FAILED]: Cannot write the result'),
    });
  },
);

test('a store that nobody can place is an error that names the variable', async () => {
  const run = await runKarapace(['list'], { environment: { PATH: process.env['PATH'] } });

  expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('`HOME` is not set') });
});
