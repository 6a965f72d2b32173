import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { quoteCommand } from '../src/output/quote-command.ts';
import { karapaceCommand, makeSandbox, type Sandbox } from './run-karapace.ts';

/** Runs the program on a terminal of its own, and types each answer when it is asked; gives what the screen showed. */
function answer(box: Sandbox, args: readonly string[], answers: readonly string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; screen: string }>();
  const child = spawn('script', ['-qefc', quoteCommand(karapaceCommand(args)), '/dev/null'], {
    cwd: box.folder,
    env: { ...box.environment, TERM: 'xterm', SHELL: '/bin/sh' },
  });
  const left = [...answers];
  let screen = '';
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    screen += chunk;
    const at = screen.indexOf(']: ', seen);
    if (at === -1) return;
    seen = at + 1;
    child.stdin.write(left.shift() ?? '\u0004');
  });
  child.on('error', reject);
  child.on('close', (code) => resolve({ code, screen: screen.replaceAll('\r', '') }));
  return promise;
}

const manifestIn = ({ folder }: Sandbox) => readFile(path.join(folder, 'karapace.toml'), 'utf8');

test('new asks on a terminal what is to be in it, and asks again after what it does not know', async () => {
  await using box = await makeSandbox();

  const { code, screen } = await answer(box, ['new', 'web'], ['9\r', 'rust-dev\r']);

  expect(screen).toContain('  1  minimal     Debian and one small tool.\n');
  expect(screen).toContain('Give a number from 1 to 7, or a name.\n');
  expect([code, await manifestIn(box)]).toEqual([0, expect.stringContaining('"cargo"')]);
});

test('new takes the first template for an empty answer', async () => {
  await using box = await makeSandbox();

  await answer(box, ['new', 'web'], ['\r']);

  expect(await manifestIn(box)).toContain('# web: Debian and one small tool.');
});

test('nothing is written where somebody ends the question', async () => {
  await using box = await makeSandbox();

  const { code, screen } = await answer(box, ['new', 'web'], []);

  expect([code, screen]).toEqual([1, expect.stringContaining('CANCELLED')]);
  await expect(manifestIn(box)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('Ctrl-C at a question ends the command as it does everywhere', async () => {
  await using box = await makeSandbox();

  const { code, screen } = await answer(box, ['new', 'web'], ['\u0003']);

  expect([code, screen]).toEqual([130, expect.stringContaining('stopped by SIGINT')]);
  await expect(manifestIn(box)).rejects.toMatchObject({ code: 'ENOENT' });
});
