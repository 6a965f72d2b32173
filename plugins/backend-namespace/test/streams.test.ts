import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { openSync } from 'node:fs';
import { mkdtemp, readlink, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'vitest';

import { clientCommand, endOf, startClient } from './fixtures/start-client.ts';
import { test } from './sandbox-test.ts';

const MEBIBYTE = 1 << 20;

test('100 MB of bytes go through unchanged', async ({ box }) => {
  const client = startClient(box.spec(['cat']));
  const [sent, received] = [createHash('sha256'), createHash('sha256')];
  client.stdout?.on('data', (chunk: Buffer) => received.update(chunk));
  const ended = endOf(client);
  for (let count = 0; count < 100; count += 1) {
    const chunk = randomBytes(MEBIBYTE);
    sent.update(chunk);
    if (client.stdin?.write(chunk) === false) await new Promise((resolve) => client.stdin?.once('drain', resolve));
  }
  client.stdin?.end();

  expect(await ended).toMatchObject({ code: 0, stderr: '' });
  expect(received.digest('hex')).toBe(sent.digest('hex'));
});

test('a reader that goes away ends the command by SIGPIPE', async ({ box }) => {
  const script = '"$@" | head -n 1; exit "${PIPESTATUS[0]}"';
  const client = clientCommand(box.spec(['sh', '-c', 'while echo line; do :; done']));

  expect(await endOf(spawn('/bin/bash', ['-c', script, 'bash', ...client]))).toMatchObject({
    code: 141,
    stdout: 'line\n',
  });
});

test('descriptors that somebody left open stay outside', async ({ box }) => {
  const script = 'exec 3</dev/null 25</dev/null 251</dev/null; exec "$@"';
  const client = clientCommand(box.spec(['ls', '/proc/self/fd']));

  expect(await endOf(spawn('/bin/bash', ['-c', script, 'bash', ...client]))).toMatchObject({
    code: 0,
    stdout: '0\n1\n2\n3\n',
  });
});

test('a held descriptor is open outside as long as the sandbox, and never inside', async ({ box }) => {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-hold-'));
  const file = join(directory, 'lock');
  await writeFile(file, '');
  const ready = Promise.withResolvers<string>();
  const session = await box.backend.start(box.spec(['sh', '-c', 'ls /proc/self/fd | wc -l; sleep 600']), {
    streams: { stdin: 'ignore', stdout: (chunk) => ready.resolve(chunk.toString()), stderr: 'ignore' },
    hold: [openSync(file, 'r'), openSync(file, 'r'), openSync(file, 'r')],
  });

  // 0, 1, 2 and the directory that ls itself reads.
  expect((await ready.promise).trim()).toBe('4');
  expect(await filesOf(session.pid)).toContain(file);
  await session.stop();
  expect(await filesOf(session.pid)).toEqual([]);
  await rm(directory, { recursive: true });
});

async function filesOf(pid: number): Promise<readonly string[]> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`)));
}

const LEAKS = [
  { leaks: 'no descriptor is', opening: '' },
  { leaks: 'descriptors are', opening: 'exec 25</dev/null 251</dev/null; ' },
];

test.for(LEAKS)(
  "the environment of the sandbox's first process tells nothing about the host where $leaks leaked",
  async ({ opening }, { box }) => {
    const client = clientCommand(box.spec(['sh', '-c', 'tr "\\0" "\\n" </proc/1/environ']));
    const { stdout } = await endOf(spawn('/bin/bash', ['-c', `${opening}exec "$@"`, 'bash', ...client]));
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);

    expect(new Set(names)).toEqual(new Set(['LC_ALL', 'PATH', 'PWD']));
    expect(stdout).toContain('PWD=/\n');
    expect(stdout).not.toContain(tmpdir());
  },
);
