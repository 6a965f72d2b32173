import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished } from 'vitest';

import { clientCommand } from './fixtures/start-client.ts';
import { openTerminal, type Terminal } from '@karapace/core/testing';
import { test, type Box } from './sandbox-test.ts';

/** Types the command of a client into a fresh terminal. */
async function enter(box: Box, command: readonly string[], afterwards = ':'): Promise<Terminal> {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-terminal-'));
  const environment = { PATH: '/bin', PS1: 'inside> ', TERM: 'screen' };
  const quoted = clientCommand(box.spec(command, { terminal: true, environment })).map(
    (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  );
  await writeFile(join(directory, 'client'), `${quoted.join(' ')}; code=$?; ${afterwards}; exit $code\n`);
  const terminal = await openTerminal();
  onTestFinished(async () => {
    await terminal[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });
  await terminal.press(`bash ${directory}/client; echo "code=$?"`, 'Enter');
  return terminal;
}

const SHELL = ['bash', '--norc', '--noprofile', '-i'];

test('a shell on a terminal has job control', async ({ box }) => {
  const terminal = await enter(box, SHELL);
  await terminal.waitFor(/^inside>/mu);
  await terminal.press('(echo started; exec sleep 600)', 'Enter');
  await terminal.waitFor(/^started$/mu);
  await terminal.press('C-z');
  await terminal.waitFor(/Stopped .*sleep 600/u);
  await terminal.press('bg; jobs; fg', 'Enter');
  // What `fg` says when the job has the terminal: a key before that would be the shell's.
  await terminal.waitFor(/Running .*\n\( echo started; exec sleep 600 \)$/mu);
  await terminal.press('C-c');
  await terminal.press('echo "last=$?"', 'Enter');
  const screen = await terminal.waitFor(/^last=130/mu);

  expect(screen).not.toMatch(/no job control|cannot set terminal/u);
  await terminal.press('exit 9', 'Enter');
  await terminal.waitFor(/^code=9$/mu);
});

test("the window's size is the terminal's, also after a change", async ({ box }) => {
  const terminal = await enter(box, SHELL);
  await terminal.waitFor(/^inside>/mu);
  await terminal.press('stty size', 'Enter');
  await terminal.waitFor(/^24 80$/mu);
  await terminal.resize(101, 33);
  await terminal.press('stty size', 'Enter');

  expect(await terminal.waitFor(/^33 101$/mu)).toContain('33 101');
});

test('Ctrl-C reaches a command once, and its code comes back', async ({ box }) => {
  const terminal = await enter(box, [
    'bash',
    '-c',
    `trap 'n=$((n+1))' INT; echo ready; for i in 1 2 3 4 5; do sleep 0.3; done; echo "n=$n"; exit 6`,
  ]);
  await terminal.waitFor(/^ready$/mu);
  await terminal.press('C-c');

  expect(await terminal.waitFor(/^code=6$/mu)).toMatch(/n=1$/mu);
});

test('Ctrl-Z stops the whole client, and fg lets it go on', async ({ box }) => {
  const terminal = await enter(box, ['bash', '-c', 'echo ready; read -r line; echo "got=$line"']);
  await terminal.waitFor(/^ready$/mu);
  await terminal.press('C-z');
  await terminal.waitFor(/Stopped/u);
  await terminal.press('fg', 'Enter');
  await terminal.waitFor(/^host> fg\n.*client$/mu);
  await terminal.press('word', 'Enter');

  expect(await terminal.waitFor(/^got=word$/mu)).toContain('got=word');
});

test('nothing inside can type into the terminal', async ({ box }) => {
  const terminal = await enter(box, ['perl', '-e', 'ioctl(STDIN, 0x5412, my $c = "x") or print "refused: $!\\n"']);

  expect(await terminal.waitFor(/^code=/mu)).toContain('refused: Operation not permitted');
});
